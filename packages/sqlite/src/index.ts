export { migrateSqlite, type SqliteOptions, type SqliteStorage, sqliteStorage } from './storage.js';
