import {
  checkCommit,
  checkLimits,
  type DirectoryStorage,
  defaultRealm,
  jobKinds,
  type Realm,
  StorageUnavailable,
} from '@pwreset/core';
import { number } from './columns.js';
import type { SqlDialect } from './dialect.js';
import { sqlDirectory } from './directory.js';
import { claimedJobFrom, joinedTokenFrom, joinedUserFrom, tokenFrom, userFrom } from './entities-from-rows.js';
import type { Executor } from './executor.js';
import { chargeResult, planCharges, planCommit } from './plan.js';
import { inOrderOfUrgency, requireCount } from './queue.js';
import { isStorable } from './sql-value.js';
import { createStatements, type Mapping, type Statements } from './statements.js';

/**
 * The whole contract of {@link DirectoryStorage} over the tables of {@link PwresetSchema}. What the databases say
 * differently is in `dialect`, what the drivers do differently in `executor`; everything else is shared. Applications use
 * the package of their database, such as `@pwreset/sqlite`.
 *
 * Statements are compiled at their first use and never again; the storage keeps them.
 *
 * @throws TypeError for a mapping that cannot keep what the storage promises
 *
 * @example
 * ```ts
 * import { type Executor, sqlStorage, sqliteDialect } from '@pwreset/kysely';
 *
 * const storageOn = (executor: Executor) => sqlStorage(executor, sqliteDialect());
 * ```
 */
export const sqlStorage = (executor: Executor, dialect: SqlDialect, mapping: Mapping = {}): DirectoryStorage =>
  storageOver(executor, dialect, createStatements(dialect, mapping));

export function storageOver(executor: Executor, dialect: SqlDialect, statements: Statements): DirectoryStorage {
  const { source, users, tokens, jobs, limits: limitRows, audit, purge } = statements;
  // Without a column for it, all users are in the default realm.
  const hasUsers = (realm: Realm): boolean => source.mapping.realm !== undefined || realm === defaultRealm;

  return {
    ...sqlDirectory(executor, statements),

    async findUsersByEmail(realm, address) {
      if (!hasUsers(realm) || !isStorable(realm, address)) return [];
      const rows = await executor.rows(users.findByAddress({ realm, address }));
      return rows.map((row) => userFrom(row, source));
    },
    async findUserById(id) {
      if (!source.ids.known(id)) return null;
      const [row] = await executor.rows(users.findById({ id }));
      return row === undefined ? null : userFrom(row, source);
    },
    async findToken(id) {
      if (!isStorable(id)) return null;
      const [row] = await executor.rows(tokens.findWithUser({ id }));
      return row === undefined ? null : { token: tokenFrom(row), user: joinedUserFrom(row, source) };
    },
    async findCodes(realm, address) {
      if (!hasUsers(realm) || !isStorable(realm, address)) return [];
      const rows = await executor.rows(tokens.findCodes({ realm, address }));
      return rows.map((row) => ({ user: userFrom(row, source), code: joinedTokenFrom(row) }));
    },
    async findArrival(key) {
      if (!isStorable(key)) return null;
      const [row] = await executor.rows(limitRows.find({ key }));
      return row === undefined ? null : number(row, 'arrival');
    },
    async charge(limits) {
      checkLimits(limits);
      const charges = planCharges(statements, limits);
      return chargeResult(await executor.run({ charges, locks: [], guards: [], effects: [] }));
    },
    async commit(steps, limits = []) {
      checkCommit(steps, limits);
      const outcome = await executor.run(planCommit(statements, dialect, steps, limits));
      if (outcome.outcome === 'attempt_taken') {
        throw new StorageUnavailable({ cause: new Error('the attempt has been settled or applied before') });
      }
      if (outcome.outcome === 'refused') {
        const { table } = source.mapping;
        throw new StorageUnavailable({ cause: new Error(`a row of ${table} that is there could not be written`) });
      }
      return outcome;
    },
    async settle(attempt, now) {
      const [row] = await executor.rows(audit.settle({ id: attempt, at: now }));
      if (row === undefined) throw new StorageUnavailable({ cause: new Error('settling answered no row') });
      return row['event'] === null ? 'not_applied' : 'applied';
    },
    async claimJobs({ now, leaseMs, limit, kinds = jobKinds }) {
      const claim = jobs.claim({ now, lease_until: now + leaseMs, limit: requireCount(limit) }, kinds);
      const rows = claim === null ? [] : await executor.rows(claim);
      return inOrderOfUrgency(rows.map(claimedJobFrom));
    },
    async purge(before, limit) {
      const bounded = { before, limit: requireCount(limit) };
      // One short transaction each, so that a purge never holds up what users wait for.
      let total = 0;
      for (const expired of [purge.tokens, purge.jobs, purge.limits, purge.audit]) {
        total += await executor.write(expired(bounded));
      }
      return total;
    },
  };
}
