import { type AuditStatements, auditStatements } from './audit-statements.js';
import type { SqlDialect } from './dialect.js';
import {
  type KeyStatements,
  keyStatements,
  type ServiceStatements,
  serviceStatements,
} from './directory-statements.js';
import { type JobStatements, jobStatements } from './job-statements.js';
import { type LimitStatements, limitStatements } from './limit-statements.js';
import { type PurgeStatements, purgeStatements } from './purge-statements.js';
import { type TokenStatements, tokenStatements } from './token-statements.js';
import { type UserStatements, userStatements } from './user-statements.js';

/** Every statement of one storage, each compiled at its first use. */
export interface Statements {
  readonly users: UserStatements;
  readonly tokens: TokenStatements;
  readonly jobs: JobStatements;
  readonly limits: LimitStatements;
  readonly audit: AuditStatements;
  readonly keys: KeyStatements;
  readonly services: ServiceStatements;
  readonly purge: PurgeStatements;
}

export const createStatements = (dialect: SqlDialect): Statements => ({
  users: userStatements(dialect),
  tokens: tokenStatements(dialect),
  jobs: jobStatements(dialect),
  limits: limitStatements(dialect),
  audit: auditStatements(dialect),
  keys: keyStatements(dialect),
  services: serviceStatements(dialect),
  purge: purgeStatements(dialect),
});
