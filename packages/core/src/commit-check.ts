import type { Limit } from './limits.js';
import type { Guard, Step } from './steps.js';

const guards: ReadonlySet<Step['type']> = new Set<Guard['type']>([
  'useToken',
  'requireCredential',
  'requireEnabled',
  'holdJob',
]);

/**
 * Whether a step is a condition of its commit; every other step is an effect.
 *
 * @example
 * ```ts
 * import { isGuard, requireEnabled, userId } from '@pwreset/core';
 *
 * isGuard(requireEnabled(userId('ann'))); // true
 * ```
 */
export const isGuard = (step: Step): step is Guard => guards.has(step.type);

const columnsOf = (user: string): readonly string[] =>
  ['password', 'passwordRequireUpdate', 'enabled', 'name', 'locale', 'timezone', 'passwordAllowReset'].map(
    (column) => `${column} of ${user}`,
  );

/** What an effect writes, so that two effects of one list can be seen to write the same thing. */
function writes(step: Step): readonly string[] {
  switch (step.type) {
    case 'setPassword':
      return [`password of ${step.userId}`, `passwordRequireUpdate of ${step.userId}`];
    case 'rehashPassword':
    case 'invalidatePassword':
      return [`password of ${step.userId}`];
    case 'disableUser':
    case 'enableUser':
      return [`enabled of ${step.userId}`];
    case 'patchUser':
      return Object.keys(step.patch).map((column) => `${column} of ${step.userId}`);
    case 'createUser':
      return columnsOf(step.user.id);
    case 'deleteUser':
      return columnsOf(step.userId);
    case 'revokeKeys':
      return [`keys of ${step.userId}`];
    case 'closeTokens':
      return step.purposes.map((purpose) => `${purpose} tokens of ${step.userId}`);
    case 'useToken':
      return [`token ${step.tokenId}`];
    case 'issueToken':
      return [`token ${step.token.id}`];
    case 'clearLimit':
      return [`limit ${step.key}`];
    case 'enqueue':
      return [`job ${step.job.id}`, ...(step.job.uniqueKey === null ? [] : [`job with the key ${step.job.uniqueKey}`])];
    case 'finishJob':
    case 'renewJob':
    case 'retryJob':
    case 'buryJob':
      return [`job ${step.jobId}`];
    case 'record':
      return [`audit row ${step.entry.id}`];
    case 'createKey':
      return [`key ${step.key.id}`];
    case 'createService':
      return [`service ${step.service.id}`];
    case 'requireCredential':
    case 'requireEnabled':
    case 'holdJob':
      return [];
  }
}

/**
 * Throws the `TypeError`s that the contract of {@link Storage.commit} asks for: a guard after an effect, two steps that
 * write the same thing, a code that would leave another one open, limits beside guards, a limit that can never be charged.
 *
 * @example
 * ```ts
 * import { checkCommit } from '@pwreset/core';
 *
 * checkCommit([], []);
 * ```
 */
export function checkCommit(steps: readonly Step[], limits: readonly Limit[] = []): void {
  const written = new Set<string>();
  let effects = false;
  for (const [index, step] of steps.entries()) {
    if (isGuard(step)) {
      if (effects) throw new TypeError(`guards come first: step ${index} (${step.type}) follows an effect`);
      if (limits.length > 0) throw new TypeError('a list with guards carries no limits');
    } else {
      effects = true;
    }
    for (const what of writes(step)) {
      if (written.has(what)) throw new TypeError(`two steps of one commit write the ${what}`);
      written.add(what);
    }
  }
  requireOneCode(steps);
  checkLimits(limits);
}

/** A code supersedes the one before it, so its list closes that. */
function requireOneCode(steps: readonly Step[]): void {
  const issued = steps.flatMap((step) =>
    step.type === 'issueToken' && step.token.purpose === 'reset_code' ? [step.token.userId] : [],
  );
  if (new Set(issued).size !== issued.length) throw new TypeError('two steps of one commit issue a code to one user');
  for (const user of issued) {
    const closed = steps.some(
      (step) => step.type === 'closeTokens' && step.userId === user && step.purposes.includes('reset_code'),
    );
    if (!closed) throw new TypeError(`a list that issues a code closes the open one of ${user}`);
  }
}

/**
 * Refuses limits that can never be charged or are not numbers of milliseconds.
 *
 * @throws TypeError
 *
 * @example
 * ```ts
 * import { checkLimits } from '@pwreset/core';
 *
 * checkLimits([{ name: 'ip', key: 'ip:192.0.2.1', capacity: 60, refillMs: 1_000, now: Date.UTC(2026, 0, 1) }]);
 * ```
 */
export function checkLimits(limits: readonly Limit[]): void {
  for (const { key, capacity, refillMs, now } of limits) {
    const whole = [capacity, refillMs, now, now + capacity * refillMs].every(Number.isSafeInteger);
    if (!whole || capacity < 1 || refillMs < 1) {
      throw new TypeError(`the limit ${key} needs a whole capacity and whole milliseconds of refillMs, each 1 or more`);
    }
  }
}

/**
 * The users whose rows a commit locks, in the one order in which every list locks them.
 *
 * @example
 * ```ts
 * import { concernedUsers, disableUser, revokeKeys, userId } from '@pwreset/core';
 *
 * const now = Date.UTC(2026, 0, 1);
 * concernedUsers([disableUser(userId('eve'), now), revokeKeys(userId('ann'), now)]); // ['ann', 'eve']
 * ```
 */
export function concernedUsers(steps: readonly Step[]): readonly string[] {
  const users = new Set<string>();
  for (const step of steps) {
    if ('userId' in step) users.add(step.userId);
    else if (step.type === 'issueToken') users.add(step.token.userId);
    else if (step.type === 'createKey' && step.key.userId !== null) users.add(step.key.userId);
  }
  return [...users].sort();
}
