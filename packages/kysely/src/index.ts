export { type SqlDialect, sqliteDialect } from './dialect.js';
export type { EffectQuery, Unwritten } from './effect-plan.js';
export type { Executor } from './executor.js';
export type { GuardQuery } from './guard-plan.js';
export {
  type Migration,
  migrationDone,
  migrationSql,
  migrationsFor,
  migrationsTable,
  requireSchema,
  SchemaMismatch,
  type SqlDatabase,
  schemaVersion,
} from './migrations.js';
export type { Charge, Plan, PlanOutcome } from './plan.js';
export {
  type AuditTable,
  type JobsTable,
  type KeysTable,
  type LimitsTable,
  type PwresetSchema,
  type ServicesTable,
  type TokensTable,
  type UsersTable,
  unusablePassword,
} from './schema.js';
export type { Columns, SqlValue } from './sql-value.js';
export type { Query } from './statement.js';
export { sqlStorage } from './storage.js';
