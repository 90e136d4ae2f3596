import {
  type ChargeResult,
  type CommitResult,
  type ComparableAddress,
  checkCommit,
  checkLimits,
  comparableAddress,
  defaultRealm,
  type Effect,
  isGuard,
  jobKinds,
  type Limit,
  type Realm,
  type Step,
  type Storage,
  settleLimit,
  type Token,
  type User,
} from '@pwreset/core';
import { change, type Database, findUser, toUser } from './array-rows.js';
import { carryOut, holds, inOrder, isOpen } from './array-steps.js';

const isEffect = (step: Step): step is Effect => !isGuard(step);

/** Text that a database could not keep as it is. */
function refuseUnstorable(value: unknown): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw new TypeError('text without U+0000 and lone surrogates');
  } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(refuseUnstorable);
}

function chargeAll(db: Database, limits: readonly Limit[]): ChargeResult {
  for (const [index, limit] of limits.entries()) {
    const row = db.limits.find(({ key }) => key === limit.key);
    const settled = settleLimit(row?.arrival ?? null, limit);
    if (!settled.allowed) return { outcome: 'limited', limit: index, retryAfterMs: settled.retryAfterMs };
    db.limits = [...db.limits.filter((other) => other !== row), { key: limit.key, arrival: settled.arrival }];
  }
  return { outcome: 'charged' };
}

/** Works on a copy, which takes the place of the tables when the whole list has gone through. */
function apply(db: Database, steps: readonly Step[]): CommitResult {
  const guards = steps.filter(isGuard);
  const guard = guards.findIndex((step) => !holds(db, step));
  if (guard !== -1) return { outcome: 'guard_failed', guard };
  const next = structuredClone(db);
  for (const step of guards) {
    if (step.type !== 'useToken') continue;
    change(next.tokens, ({ id }) => id === step.tokenId, { usedAt: step.now, usedBy: step.attempt });
  }
  for (const effect of inOrder(steps.filter(isEffect))) carryOut(next, effect);
  Object.assign(db, next);
  return { outcome: 'applied' };
}

function remove<Row>(rows: Row[], hasEnded: (row: Row) => boolean, limit: number): number {
  const gone = rows.filter(hasEnded).slice(0, limit);
  for (const row of gone) rows.splice(rows.indexOf(row), 1);
  return gone.length;
}

const usersAt = (db: Database, realm: Realm, address: ComparableAddress): readonly User[] =>
  realm === defaultRealm ? db.users.filter(({ email }) => comparableAddress(email) === address).map(toUser) : [];

/** There is one a user at most, because a list that issues a code closes the others: `checkCommit` sees to it. */
function openCode(db: Database, user: User): Token | null {
  const code = db.tokens.find((row) => row.userId === user.id && row.purpose === 'reset_code' && isOpen(row));
  return code === undefined ? null : { ...code };
}

export const arrayStorage = (db: Database): Storage => ({
  findUsersByEmail: async (realm, address) => usersAt(db, realm, address),
  async findUserById(id) {
    const user = findUser(db, id);
    return user === undefined ? null : toUser(user);
  },
  async findToken(id) {
    const token = db.tokens.find((row) => row.id === id);
    if (token === undefined) return null;
    const user = findUser(db, token.userId);
    return { token: { ...token }, user: user === undefined ? null : toUser(user) };
  },

  findCodes: async (realm, address) => usersAt(db, realm, address).map((user) => ({ user, code: openCode(db, user) })),
  findArrival: async (key) => db.limits.find((row) => row.key === key)?.arrival ?? null,

  async charge(limits) {
    checkLimits(limits);
    refuseUnstorable(limits);
    return chargeAll(db, limits);
  },
  async commit(steps, limits = []) {
    checkCommit(steps, limits);
    refuseUnstorable([steps.filter(isEffect), limits]);
    const charged = chargeAll(db, limits);
    return charged.outcome === 'charged' ? apply(db, structuredClone(steps)) : charged;
  },
  async settle(attempt, now) {
    const row = db.audit.find(({ id }) => id === attempt);
    if (row === undefined) db.audit.push({ id: attempt, event: null, at: now });
    return row === undefined || row.event === null ? 'not_applied' : 'applied';
  },

  async claimJobs({ now, leaseMs, limit, kinds = jobKinds }) {
    const due = db.jobs
      .filter(({ kind, state, dueAt }) => kinds.includes(kind) && state === 'pending' && dueAt <= now)
      .filter(({ leaseUntil }) => leaseUntil === null || leaseUntil <= now)
      .sort((a, b) => jobKinds.indexOf(a.kind) - jobKinds.indexOf(b.kind) || a.dueAt - b.dueAt);
    return due.slice(0, limit).map((job) => {
      const attempt = job.attempt + 1;
      change(db.jobs, (row) => row === job, { attempt, leaseUntil: now + leaseMs });
      const { state, leaseUntil, endedAt, ...claimed } = job;
      return { ...claimed, attempt };
    });
  },
  async purge(before, limit) {
    const past = (...times: readonly (number | null)[]): boolean => times.some((at) => at !== null && at < before);
    return (
      remove(db.tokens, ({ usedAt, closedAt, expiresAt }) => past(usedAt, closedAt, expiresAt), limit) +
      remove(db.jobs, ({ endedAt }) => past(endedAt), limit) +
      remove(db.limits, ({ arrival }) => past(arrival), limit) +
      remove(db.audit, ({ at }) => past(at), limit)
    );
  },
});
