export { MappingMismatch, SchemaMismatch } from '@pwreset/kysely';
export type { Synchronous } from './open.js';
export { migrateSqlite, type SqliteOptions, type SqliteStorage, sqliteStorage } from './storage.js';
