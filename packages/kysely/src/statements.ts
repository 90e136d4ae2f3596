import { type AuditStatements, auditStatements } from './audit-statements.js';
import type { SqlDialect } from './dialect.js';
import {
  type KeyStatements,
  keyStatements,
  type ServiceStatements,
  serviceStatements,
} from './directory-statements.js';
import { type JobStatements, jobStatements } from './job-statements.js';
import { type MappedKeyStatements, mappedKeyStatements } from './key-mapping-statements.js';
import { type LimitStatements, limitStatements } from './limit-statements.js';
import { type OwnUserStatements, ownUserStatements, ownUsers } from './own-users.js';
import { type PurgeStatements, purgeStatements } from './purge-statements.js';
import { type TokenStatements, tokenStatements } from './token-statements.js';
import type { KeyMapping, UserMapping } from './user-mapping.js';
import { type UserSource, userSource } from './user-source.js';
import { type UserStatements, userStatements } from './user-statements.js';

/** Where an application keeps what is its own. */
export interface Mapping {
  /** The users' table; left out, `pwreset_users`. */
  readonly users?: UserMapping;
  /** A table with keys of users, which a revoke disables too. */
  readonly keys?: KeyMapping;
}

/** Every statement of one storage, each compiled at its first use. */
export interface Statements {
  readonly source: UserSource;
  readonly users: UserStatements;
  /** `null` where the application creates and deletes its users itself. */
  readonly ownUsers: OwnUserStatements | null;
  readonly tokens: TokenStatements;
  readonly jobs: JobStatements;
  readonly limits: LimitStatements;
  readonly audit: AuditStatements;
  readonly keys: KeyStatements;
  readonly mappedKeys: MappedKeyStatements | null;
  readonly services: ServiceStatements;
  readonly purge: PurgeStatements;
}

/** @throws {TypeError} for a mapping that cannot keep what the storage promises */
export function createStatements(dialect: SqlDialect, { users, keys }: Mapping = {}): Statements {
  const source = userSource(dialect, users ?? ownUsers);
  return {
    source,
    users: userStatements(dialect, source),
    ownUsers: users === undefined ? ownUserStatements(dialect) : null,
    tokens: tokenStatements(dialect, source),
    jobs: jobStatements(dialect),
    limits: limitStatements(dialect),
    audit: auditStatements(dialect),
    keys: keyStatements(dialect, source),
    mappedKeys: keys === undefined ? null : mappedKeyStatements(dialect, source, keys),
    services: serviceStatements(dialect),
    purge: purgeStatements(dialect),
  };
}
