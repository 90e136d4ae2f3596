export {
  type ChargeStatement,
  type CommitStatement,
  commitStatements,
  type StatementText,
} from './commit-statements.js';
export { postgresDialect, type SqlDatabase, type SqlDialect, sqliteDialect } from './dialect.js';
export {
  isPostgresOutage,
  isPostgresRefusal,
  isPostgresTransient,
  isSqliteOutage,
  sqlState,
  withoutValues,
} from './driver-faults.js';
export type { EffectQuery, Unwritten } from './effect-plan.js';
export type { Executor } from './executor.js';
export type { GuardQuery } from './guard-plan.js';
export { type KyselyOptions, type KyselyStorage, kyselyStorage } from './kysely-storage.js';
export { migrateKysely } from './migrate-kysely.js';
export {
  type Migration,
  migrationBegin,
  migrationDone,
  migrationSql,
  migrationsFor,
  migrationsTable,
  requireSchema,
  SchemaMismatch,
  schemaVersion,
} from './migrations.js';
export { type Charge, type Plan, type PlanOutcome, unwrittenOutcome } from './plan.js';
export { type AuthJsTables, authJsUsers } from './preset-auth-js.js';
export { type BetterAuthTables, betterAuthUsers } from './preset-better-auth.js';
export { deviseUsers } from './preset-devise.js';
export { djangoUsers } from './preset-django.js';
export { laravelUsers } from './preset-laravel.js';
export { MappingMismatch, mappingProbes } from './probes.js';
export type {
  AuditTable,
  JobsTable,
  KeysTable,
  LimitsTable,
  PwresetSchema,
  ServicesTable,
  TokensTable,
  UsersTable,
} from './schema.js';
export type { Columns, SqlValue } from './sql-value.js';
export type { Query } from './statement.js';
export type { Mapping } from './statements.js';
export { sqlStorage } from './storage.js';
export { unusablePassword } from './stored-password.js';
export type {
  AnyDatabase,
  ColumnOf,
  ColumnRef,
  Constant,
  Constants,
  EmailMapping,
  FlagMapping,
  IdForm,
  IdMapping,
  KeyMapping,
  KeyMappingOf,
  PasswordMapping,
  PasswordTable,
  StoredForm,
  TableOf,
  TimeForm,
  TimeMapping,
  UserMapping,
  UserMappingOf,
} from './user-mapping.js';
