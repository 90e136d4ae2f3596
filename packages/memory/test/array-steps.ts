import { type Effect, type Guard, type Job, StorageUnavailable, type Token } from '@pwreset/core';
import { change, type Database, findUser, unusable } from './array-rows.js';

export const isOpen = ({ usedAt, closedAt }: Token): boolean => usedAt === null && closedAt === null;

export function holds(db: Database, guard: Guard): boolean {
  switch (guard.type) {
    case 'useToken': {
      const token = db.tokens.find(({ id }) => id === guard.tokenId);
      return token !== undefined && isOpen(token) && guard.now < token.expiresAt;
    }
    case 'requireCredential': {
      const user = findUser(db, guard.userId);
      return user?.hash === guard.stored && user.email === guard.email;
    }
    case 'requireEnabled':
      return findUser(db, guard.userId)?.active === true;
    case 'holdJob': {
      const job = db.jobs.find(({ id }) => id === guard.jobId);
      return job?.state === 'pending' && job.leaseUntil !== null && job.attempt === guard.attempt;
    }
  }
}

export function carryOut(db: Database, effect: Effect): void {
  const user = 'userId' in effect ? findUser(db, effect.userId) : undefined;
  const pending = ({ id, state }: Job): boolean => state === 'pending' && 'jobId' in effect && id === effect.jobId;
  const ended = { leaseUntil: null, address: null, uniqueKey: null } as const;
  switch (effect.type) {
    case 'setPassword':
    case 'rehashPassword':
      change(db.users, (row) => row === user, { hash: effect.hash });
      break;
    case 'invalidatePassword':
      change(db.users, (row) => row === user, { hash: unusable });
      break;
    case 'disableUser':
    case 'enableUser':
      change(db.users, (row) => row === user, { active: effect.type === 'enableUser' });
      break;
    case 'revokeKeys':
      change(db.keys, (row) => row.userId === user?.id, { active: false });
      break;
    case 'closeTokens': {
      const closing = (token: Token): boolean =>
        token.userId === effect.userId && effect.purposes.includes(token.purpose) && isOpen(token);
      change(db.tokens, closing, { closedAt: effect.now });
      break;
    }
    case 'issueToken':
      if (db.tokens.some(({ id }) => id === effect.token.id)) throw new Error('this token has been issued before');
      db.tokens.push({ ...effect.token, usedAt: null, usedBy: null, closedAt: null });
      break;
    case 'clearLimit':
      db.limits = db.limits.filter(({ key }) => key !== effect.key);
      break;
    case 'enqueue': {
      const { id, uniqueKey } = effect.job;
      if (db.jobs.some((job) => job.id === id || (uniqueKey !== null && job.uniqueKey === uniqueKey))) break;
      db.jobs.push({ ...effect.job, attempt: 0, state: 'pending', leaseUntil: null, endedAt: null });
      break;
    }
    case 'finishJob':
      change(db.jobs, pending, { ...ended, state: 'done', endedAt: effect.now, payload: '{}' });
      break;
    case 'buryJob':
      change(db.jobs, pending, { ...ended, state: 'dead', endedAt: effect.now });
      break;
    case 'renewJob':
      change(db.jobs, pending, { leaseUntil: effect.leaseUntil });
      break;
    case 'retryJob':
      change(db.jobs, pending, { leaseUntil: null, dueAt: effect.dueAt });
      break;
    case 'record':
      if (db.audit.some(({ id }) => id === effect.entry.id)) {
        throw new StorageUnavailable({ cause: new Error('this attempt has been settled or applied before') });
      }
      db.audit.push(effect.entry);
      break;
    default:
      throw new TypeError(`${effect.type}: the application keeps its users, keys and services itself`);
  }
}

/** What ends rows comes before what begins them, so that the order of a list does not matter. */
const endings: readonly Effect['type'][] = ['closeTokens', 'finishJob', 'buryJob'];

export const inOrder = (effects: readonly Effect[]): readonly Effect[] => [
  ...effects.filter(({ type }) => endings.includes(type)),
  ...effects.filter(({ type }) => !endings.includes(type)),
];
