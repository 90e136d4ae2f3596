import type { Step } from '@pwreset/core';
import { createKey, createService, createUser, deleteUser, patchUser } from './directory-effects.js';
import { enqueue, record } from './outbox-effects.js';
import { isStorable } from './sql-value.js';
import type { Query } from './statement.js';
import type { Statements } from './statements.js';
import { unusablePassword } from './stored-password.js';
import { issueToken, newPassword, revokeKeys } from './user-effects.js';

/** What it means that a statement wrote no row. */
export type Unwritten = 'nothing' | 'conflict' | 'attempt_taken' | 'refused';

export interface EffectQuery {
  /** Its step's place in the list. */
  readonly index: number;
  readonly query: Query;
  readonly unwritten: Unwritten;
}

/**
 * The order in which effects are carried out, whatever order they were given in, so that it does not matter: what ends rows
 * or covers a set of them, then what closes tokens (those that this list uses are used by then, those that it issues are not
 * there yet), then what is created, then the rest. A job that ends frees its unique key for one that is queued.
 */
function rank({ type }: Step): number {
  switch (type) {
    case 'useToken':
    case 'deleteUser':
    case 'revokeKeys':
    case 'finishJob':
    case 'buryJob':
    case 'record':
      return 0;
    case 'closeTokens':
      return 1;
    case 'createUser':
    case 'createKey':
    case 'createService':
    // Before a mark that comes in front of it: the two together fit where the old hash and the mark may not.
    case 'setPassword':
    case 'rehashPassword':
    case 'invalidatePassword':
      return 2;
    default:
      return 3;
  }
}

function unwritten({ type }: Step): Unwritten {
  if (type === 'record') return 'attempt_taken';
  return type === 'createUser' || type === 'createKey' || type === 'createService' ? 'conflict' : 'nothing';
}

const changesUser = new Set<Step['type']>([
  'setPassword',
  'rehashPassword',
  'invalidatePassword',
  'disableUser',
  'enableUser',
]);

/**
 * Whether the first statement of a step has to write a row: a guard of the same list has found the user, so a row that is not
 * written was kept from it by a policy, a trigger or a view, and nobody may be told that it was.
 */
function mustWrite(steps: readonly Step[], step: Step, queries: readonly Query[]): boolean {
  if (!changesUser.has(step.type) || !('userId' in step) || queries.length !== 1) return false;
  return steps.some((guard) => isUserGuard(guard) && guard.userId === step.userId);
}

const isUserGuard = (step: Step): step is Extract<Step, { readonly type: 'requireCredential' | 'requireEnabled' }> =>
  step.type === 'requireCredential' || step.type === 'requireEnabled';

/** The statements of the effects, those of the guards that also write included. */
export function planEffects(statements: Statements, steps: readonly Step[]): readonly EffectQuery[] {
  return [...steps.entries()]
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .flatMap(([index, step]) => {
      const queries = effectQueries(statements, step);
      const meaning = mustWrite(steps, step, queries) ? 'refused' : unwritten(step);
      return queries.map((query) => ({ index, query, unwritten: meaning }));
    });
}

const given = (query: Query | null): readonly Query[] => (query === null ? [] : [query]);

/** Nothing for a step that writes nothing, and for the id of a user that nobody can have. */
function effectQueries(statements: Statements, step: Step): readonly Query[] {
  const { source, users, tokens, jobs, limits } = statements;
  if ('userId' in step && !source.ids.known(step.userId)) return [];
  switch (step.type) {
    case 'useToken':
      // An id that no row can hold fails as a guard; there is nothing to write for it.
      return isStorable(step.tokenId) ? [tokens.use({ id: step.tokenId, now: step.now, attempt: step.attempt })] : [];
    case 'requireCredential':
    case 'requireEnabled':
    case 'holdJob':
      return [];
    case 'setPassword':
      return users.passwords.set(newPassword(statements, step.userId, step.hash, step.now));
    case 'rehashPassword':
      return users.passwords.replace(newPassword(statements, step.userId, step.hash, step.now));
    case 'invalidatePassword':
      return users.passwords.replace({ id: step.userId, password: unusablePassword, now: step.now });
    case 'disableUser':
      return users.passwords.disable({ id: step.userId, now: step.now });
    case 'enableUser':
      return users.passwords.enable({ id: step.userId, now: step.now });
    case 'revokeKeys':
      return revokeKeys(statements, step.userId, step.now);
    case 'closeTokens':
      return given(tokens.close(step.purposes)?.({ user_id: step.userId, now: step.now }) ?? null);
    case 'issueToken':
      return [issueToken(statements, step.token)];
    case 'clearLimit':
      return [limits.clear({ key: step.key })];
    case 'enqueue':
      return [enqueue(statements, step.job)];
    case 'finishJob':
      return [jobs.finish({ id: step.jobId, now: step.now })];
    case 'renewJob':
      return [jobs.renew({ id: step.jobId, lease_until: step.leaseUntil })];
    case 'retryJob':
      return [jobs.retry({ id: step.jobId, due_at: step.dueAt })];
    case 'buryJob':
      return [jobs.bury({ id: step.jobId, now: step.now })];
    case 'record':
      return [record(statements, step.entry)];
    case 'createUser':
      return [createUser(statements, step.user)];
    case 'patchUser':
      return given(patchUser(statements, step.userId, step.patch, step.now));
    case 'deleteUser':
      return [deleteUser(statements, step.userId)];
    case 'createKey':
      return [createKey(statements, step.key)];
    case 'createService':
      return [createService(statements, step.service)];
  }
}
