import {
  concernedUsers,
  isGuard,
  type Limit,
  type Step,
  type Storage,
  settleLimit,
  type TokenWithUser,
} from '@pwreset/core';
import SqliteDatabase from 'better-sqlite3';

type Breakage = (storage: Storage, database: string) => Partial<Storage>;

interface Defect {
  readonly breakage: Breakage;
  /** The test of the kit that is there to find it. */
  readonly test: string;
}

const without = (steps: readonly Step[], ...types: readonly Step['type'][]): readonly Step[] =>
  steps.filter(({ type }) => !types.includes(type));

/** Limits as a map in the process. */
function limitsInMemory(): (limits: readonly Limit[]) => ReturnType<Storage['charge']> {
  const arrivals = new Map<string, number>();
  return async (limits) => {
    for (const [index, limit] of limits.entries()) {
      const settled = settleLimit(arrivals.get(limit.key) ?? null, limit);
      if (!settled.allowed) return { outcome: 'limited', limit: index, retryAfterMs: settled.retryAfterMs };
      arrivals.set(limit.key, settled.arrival);
    }
    return { outcome: 'charged' };
  };
}

/** Remembers what was read of a token and its user. */
function readsRemembered(storage: Storage) {
  const read = new Map<string, TokenWithUser>();
  const findToken: Storage['findToken'] = async (id) => {
    const found = read.get(id) ?? (await storage.findToken(id));
    if (found !== null) read.set(id, found);
    return found;
  };
  return { read, findToken };
}

/** Looks at tokens as they were read, in lists of some sort. */
function usedAsRead(concerns: (steps: readonly Step[]) => boolean): Breakage {
  return (storage, database) => {
    const use = new SqliteDatabase(database).prepare('update pwreset_tokens set used_at = ?, used_by = ? where id = ?');
    const { read, findToken } = readsRemembered(storage);
    return {
      findToken,
      async commit(steps, limits) {
        const guard = steps.find((step) => step.type === 'useToken');
        if (guard === undefined || !concerns(steps)) return storage.commit(steps, limits);
        const found = await findToken(guard.tokenId);
        if (found === null || found.token.usedAt !== null) return { outcome: 'guard_failed', guard: 0 };
        read.set(guard.tokenId, { ...found, token: { ...found.token, usedAt: guard.now } });
        use.run(guard.now, guard.attempt, guard.tokenId);
        return storage.commit(steps.filter((step) => !isGuard(step)));
      },
    };
  };
}

/** Storages that are sound in one process and not in several. */
export const defects = {
  'limits are kept in the process': {
    breakage: () => ({ charge: limitsInMemory() }),
    test: 'charges in several processes never pass the limit, and all of it can be used',
  },
  'limits of commits are kept in the process': {
    breakage(storage) {
      const charge = limitsInMemory();
      return {
        async commit(steps, limits = []) {
          const charged = await charge(limits);
          return charged.outcome === 'limited' ? charged : storage.commit(steps);
        },
      };
    },
    test: 'commits with limits in several processes: as many are applied as the limit allows',
  },
  'a token is used when it was open as it was read': {
    breakage: usedAsRead(() => true),
    test: 'P3: of many confirms of one token in several processes, one succeeds, and there is one of all that it does',
  },
  'a token is used when it was open as it was read, unless a user is locked': {
    breakage: usedAsRead((steps) => concernedUsers(steps).length === 0),
    test: 'P3: of several processes whose lists use one token, and concern no user, one uses it',
  },
  'a code that another process issued stays open': {
    breakage(storage, database) {
      const own = new Set<string>();
      const file = new SqliteDatabase(database, { timeout: 30_000 });
      file.exec('drop index if exists pwreset_tokens_code');
      const reopen = file.prepare(
        'update pwreset_tokens set closed_at = null where id not in (select value from json_each(?))',
      );
      return {
        async commit(steps, limits) {
          for (const step of steps) if (step.type === 'issueToken') own.add(step.token.id);
          const result = await storage.commit(steps, limits);
          reopen.run(JSON.stringify([...own]));
          return result;
        },
      };
    },
    test: 'of many codes that several processes issue to one user, all are issued and one is open',
  },
  'a user is enabled who was when the token was read': {
    breakage(storage) {
      const { read, findToken } = readsRemembered(storage);
      return {
        findToken,
        commit(steps, limits) {
          const known = steps.some(
            (step) => step.type === 'useToken' && read.get(step.tokenId)?.user?.enabled === true,
          );
          return storage.commit(known ? without(steps, 'requireEnabled') : steps, limits);
        },
      };
    },
    test: 'P6: no confirm comes after a disable, in whichever process they are',
  },
  'claims are kept in the process': {
    breakage(storage, database) {
      const release = new SqliteDatabase(database).prepare('update pwreset_jobs set attempt = 0, lease_until = null');
      const claimed = new Set<string>();
      return {
        async claimJobs(query) {
          const jobs = (await storage.claimJobs(query)).filter(({ id }) => !claimed.has(id));
          release.run();
          for (const { id } of jobs) claimed.add(id);
          return jobs;
        },
      };
    },
    test: 'P5: each job is claimed by one process',
  },
  'whoever claimed a job once may end it': {
    breakage: (storage) => ({ commit: (steps, limits) => storage.commit(without(steps, 'holdJob'), limits) }),
    test: 'P5: a holder whose lease another process took over can change nothing',
  },
  'whoever held a job once holds it, unless a user is locked': {
    breakage(storage) {
      const held = new Set<string>();
      return {
        async commit(steps, limits) {
          const known = (step: Step): boolean => step.type === 'holdJob' && held.has(`${step.jobId} ${step.attempt}`);
          const kept = concernedUsers(steps).length > 0 ? steps : steps.filter((step) => !known(step));
          const result = await storage.commit(kept, limits);
          for (const step of result.outcome === 'applied' ? steps : []) {
            if (step.type === 'holdJob') held.add(`${step.jobId} ${step.attempt}`);
          }
          return result;
        },
      };
    },
    test: 'P5: of several processes whose lists hold one job, and concern no user, one ends it',
  },
  'what is pending is known in the process': {
    breakage(storage) {
      const keys = new Set<string>();
      return {
        commit(steps, limits) {
          const kept = steps.flatMap((step) => {
            if (step.type !== 'enqueue' || step.job.uniqueKey === null) return [step];
            if (keys.has(step.job.uniqueKey)) return [];
            keys.add(step.job.uniqueKey);
            return [{ ...step, job: { ...step.job, uniqueKey: null } }];
          });
          return storage.commit(kept, limits);
        },
      };
    },
    test: 'P1: of jobs that several processes queue with one unique key, one is pending, and no list fails',
  },
  'an attempt is settled without a mark': {
    breakage(_, database) {
      const find = new SqliteDatabase(database).prepare('select id from pwreset_audit where id = ?');
      return { settle: async (attempt) => (find.get(attempt) === undefined ? 'not_applied' : 'applied') };
    },
    test: 'clause 6: what one process settled as not applied, no other applies any more',
  },
  'the process ends in the middle': {
    breakage: () => ({ commit: () => process.exit(3) }),
    test: 'of many updates from one credential in several processes, one succeeds',
  },
} satisfies Record<string, Defect>;

export const isDefect = (name: string): name is keyof typeof defects => name in defects;
