import {
  type CommitResult,
  type ComparableAddress,
  checkCommit,
  checkLimits,
  type DirectoryStorage,
  isGuard,
  type Limit,
  type Step,
  type User,
  type UserId,
} from '@pwreset/core';
import { memoryDirectory, turn } from './directory.js';
import { applySteps } from './effects.js';
import { holds } from './guards.js';
import { chargeAll } from './limits.js';
import { purgeTables } from './purge.js';
import { claim } from './queue.js';
import { createTables, findUser, isAuditEntry, openCode, usersAt } from './tables.js';
import { refuseUnstorable } from './text.js';

/** Columns that no step of a commit writes, or that an application writes past the library. */
export interface EditedColumns {
  readonly email?: string;
  /** The address in the form in which addresses are compared; give it with `email`. */
  readonly address?: ComparableAddress;
  readonly stored?: string | null;
  readonly enabled?: boolean;
}

/** The in-memory storage, with two doors for tests. */
export interface MemoryStorage extends DirectoryStorage {
  /** Changes a user as the application's own SQL would: past every flow. A user that is not there stays away. */
  editUser(id: UserId, columns: EditedColumns): void;
  /** Everything that is kept, as JSON: what a thief of the database would hold. */
  dump(): string;
}

/**
 * A storage that keeps everything in memory and the whole contract of {@link DirectoryStorage}: for tests, and for trying
 * things out. Nothing survives the process.
 *
 * Each call gives way once and then runs in one piece, so calls made at once interleave and each sees the last one's
 * outcome.
 *
 * @example
 * ```ts
 * import { memoryStorage } from '@pwreset/memory';
 *
 * const storage = memoryStorage();
 * await storage.commit([]); // { outcome: 'applied' }
 * ```
 */
export function memoryStorage(): MemoryStorage {
  const { tables, journal } = createTables();

  function commitNow(steps: readonly Step[], limits: readonly Limit[]): CommitResult {
    const charged = chargeAll(tables, limits);
    if (charged.outcome === 'limited') return charged;
    const failed = steps.findIndex((step) => isGuard(step) && !holds(tables, step));
    if (failed !== -1) return { outcome: 'guard_failed', guard: failed };
    const { conflict } = journal.atomically(
      () => applySteps(tables, steps),
      (result) => result.conflict === null,
    );
    return conflict === null ? { outcome: 'applied' } : { outcome: 'conflict', step: conflict };
  }

  return {
    ...memoryDirectory(tables),

    async findUsersByEmail(realm, address): Promise<readonly User[]> {
      await turn();
      return usersAt(tables, realm, address);
    },
    async findUserById(id) {
      await turn();
      return findUser(tables, id);
    },
    async findToken(id) {
      await turn();
      const token = tables.tokens.get(id);
      return token === undefined ? null : { token, user: findUser(tables, token.userId) };
    },
    async findCodes(realm, address) {
      await turn();
      return usersAt(tables, realm, address).map((user) => ({ user, code: openCode(tables, user.id) }));
    },
    async findArrival(key) {
      await turn();
      return tables.limits.get(key)?.arrival ?? null;
    },
    async charge(limits) {
      checkLimits(limits);
      refuseUnstorable(limits);
      await turn();
      return chargeAll(tables, limits);
    },
    async commit(steps, limits = []) {
      checkCommit(steps, limits);
      refuseUnstorable(limits);
      refuseUnstorable(steps.filter((step) => !isGuard(step)));
      await turn();
      return commitNow(steps, limits);
    },
    async settle(attempt, now) {
      await turn();
      const row = tables.audit.get(attempt);
      if (row !== undefined && isAuditEntry(row)) return 'applied';
      if (row === undefined) tables.audit.set(attempt, { id: attempt, event: null, at: now });
      return 'not_applied';
    },
    async claimJobs(query) {
      await turn();
      return claim(tables, query);
    },
    async purge(before, limit) {
      await turn();
      return purgeTables(tables, before, limit);
    },

    editUser: (id, columns) => tables.users.change(id, columns),
    dump: () => JSON.stringify(Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.all()]))),
  };
}
