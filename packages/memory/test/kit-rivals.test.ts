import { type CommitResult, concernedUsers, type Guard, type Step, type Storage } from '@pwreset/core';
import { describe } from 'vitest';
import { catches, type Defect, replacing } from './kit-run.js';

type Named<Type extends Guard['type']> = Extract<Guard, { readonly type: Type }>;

/**
 * A storage that reads a guard before the rest of its list is carried out, as a `select` without a lock does, in lists that
 * concern no user: in others it may be the user's lock that keeps rivals apart.
 */
const readingFirst = <Type extends Guard['type']>(
  isRead: (step: Step) => step is Named<Type>,
  holds: (storage: Storage, guard: Named<Type>) => Promise<boolean>,
  afterwards: (guard: Named<Type>) => readonly Step[],
): Defect =>
  replacing('commit', ({ storage }) => async (steps, limits) => {
    const guards = steps.filter(isRead);
    if (concernedUsers(steps).length > 0 || guards.length === 0) return storage.commit(steps, limits);
    for (const guard of guards) {
      if (!(await holds(storage, guard))) return { outcome: 'guard_failed', guard: steps.indexOf(guard) };
    }
    const result = await storage.commit(
      steps.filter((step) => !isRead(step)),
      limits,
    );
    if (result.outcome === 'applied') await storage.commit(guards.flatMap(afterwards));
    return result;
  });

/** Carries out one work after the other, for each key. */
function inTurn(): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const next = (last.get(key) ?? Promise.resolve()).then(work);
    last.set(
      key,
      next.catch(() => undefined),
    );
    return next;
  };
}

describe('the storage kit, of rivals,', () => {
  catches({
    'holdJob reads the job without keeping it, and no user is locked': [
      readingFirst(
        (step) => step.type === 'holdJob',
        async (storage, guard) => (await storage.commit([guard])).outcome === 'applied',
        () => [],
      ),
      'storage: races: clause 1: of many lists that hold one job, and concern no user, one is applied',
    ],
    'useToken reads the token without keeping it, and no user is locked': [
      readingFirst(
        (step) => step.type === 'useToken',
        async (storage, { tokenId, now }) => {
          const token = (await storage.findToken(tokenId))?.token;
          return token !== undefined && token.usedAt === null && token.closedAt === null && now < token.expiresAt;
        },
        (guard) => [guard],
      ),
      'storage: races: clause 1: of many lists that use one token, and concern no user, one is applied',
    ],
    // Lists lock their users, as the application does not that changes a password in another table.
    'requireCredential reads a password without keeping it, and its user is locked': [
      replacing('commit', ({ storage }) => {
        const locked = inTurn();
        return (steps, limits) =>
          locked(concernedUsers(steps).join(), async (): Promise<CommitResult> => {
            for (const [guard, step] of steps.entries()) {
              if (step.type !== 'requireCredential') continue;
              const { outcome } = await storage.commit([step]);
              if (outcome !== 'applied') return { outcome: 'guard_failed', guard };
            }
            const rest = [...steps.entries()].filter(([, step]) => step.type !== 'requireCredential');
            const result = await storage.commit(
              rest.map(([, step]) => step),
              limits,
            );
            return result.outcome === 'guard_failed' ? { ...result, guard: rest[result.guard]?.[0] ?? 0 } : result;
          });
      }),
      "storage: races: clause 1: a list that requires the old password never overwrites the application's own change of it",
    ],
  });
});
