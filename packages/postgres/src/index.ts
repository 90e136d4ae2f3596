export { MappingMismatch, SchemaMismatch } from '@pwreset/kysely';
export type { ConnectionOptions } from './open.js';
export { migratePostgres, type PostgresOptions, type PostgresStorage, postgresStorage, routineSql } from './storage.js';
