import { concernedUsers, type Guard, isGuard, type Step, StorageUnavailable, useToken } from '@pwreset/core';
import { describe } from 'vitest';
import { catches, changingLists, changingSteps, ignoring, replacing } from './kit-run.js';

type UseToken = Extract<Step, { readonly type: 'useToken' }>;

const guardsOf = (steps: readonly Step[]): readonly Guard[] => steps.filter(isGuard);
const effectsOf = (steps: readonly Step[]): readonly Step[] => steps.filter((step) => !isGuard(step));
const isUse = (step: Step): step is UseToken => step.type === 'useToken';
/** A list without the closing would be refused: these are left whole where a defect takes lists apart. */
const issuesCode = (steps: readonly Step[]): boolean =>
  steps.some((step) => step.type === 'issueToken' && step.token.purpose === 'reset_code');
const applied = { outcome: 'applied' } as const;

describe('the storage kit, of commits and their clauses,', () => {
  catches({
    'guards are ignored': [
      changingLists(effectsOf),
      'storage: races: of many confirms of one token at once, one succeeds',
    ],
    'a token is read, and used in a later step': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        for (const [guard, step] of steps.entries()) {
          if (!isUse(step)) continue;
          const token = (await storage.findToken(step.tokenId))?.token;
          const open = token?.usedAt === null && token.closedAt === null && step.now < token.expiresAt;
          if (!open) return { outcome: 'guard_failed', guard };
        }
        const result = await storage.commit(
          steps.filter((step) => !isUse(step)),
          limits,
        );
        if (result.outcome === 'applied') await storage.commit(steps.filter(isUse));
        return result;
      }),
      'storage: races: of many confirms of one token at once, one succeeds',
    ],
    'guards are checked in one commit and effects applied in the next': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const guards: readonly Step[] = steps.filter((step) => isGuard(step) && !isUse(step));
        const checked = await storage.commit(guards);
        if (checked.outcome !== 'applied') return checked;
        const rest = steps.filter((step) => !guards.includes(step));
        return storage.commit(rest, limits);
      }),
      'storage: races: of many updates from one credential, one succeeds',
    ],
    'whether a user is enabled is looked up before the commit': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        for (const [guard, step] of steps.entries()) {
          if (step.type !== 'requireEnabled') continue;
          if (!(await storage.findUserById(step.userId))?.enabled) return { outcome: 'guard_failed', guard };
        }
        return storage.commit(
          steps.filter((step) => step.type !== 'requireEnabled'),
          limits,
        );
      }),
      'storage: races: a disable racing a confirm never ends with a new password that was set after the disable',
    ],
    'guards are accepted after effects': [
      changingLists((steps) => [...guardsOf(steps), ...effectsOf(steps)]),
      'storage: contract: clause 1: a guard after an effect is a TypeError and nothing is applied',
    ],
    'the rows of several users are locked in the order of the list': [
      ({ storage }) => {
        let busy = 0;
        return {
          storage: {
            async commit(steps, limits) {
              const users = steps.flatMap((step) => ('userId' in step ? [step.userId] : []));
              const deadlock = busy > 0 && users.join() !== users.toSorted().join();
              if (deadlock) throw new StorageUnavailable({ cause: new Error('the victim of a deadlock') });
              busy += 1;
              return storage.commit(steps, limits).finally(() => {
                busy -= 1;
              });
            },
          },
        };
      },
      'storage: contract: clause 2: lists that meet at several users, in any order of steps, all end',
    ],
    'the last guard that failed is named': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const guards = guardsOf(steps);
        const result = await storage.commit([...guards.toReversed(), ...effectsOf(steps)], limits);
        if (result.outcome !== 'guard_failed') return result;
        return { outcome: 'guard_failed', guard: guards.length - 1 - result.guard };
      }),
      'storage: guards: the first guard that failed is named',
    ],
    'effects are applied one by one': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        if (issuesCode(steps)) return storage.commit(steps, limits);
        const result = await storage.commit(guardsOf(steps), limits);
        if (result.outcome !== 'applied') return result;
        for (const step of effectsOf(steps)) await storage.commit([step]);
        return applied;
      }),
      'storage: contract: clause 3: a list that fails late leaves no trace of what came before',
    ],
    'an audit row is written whatever the guards say': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const result = await storage.commit(steps, limits);
        const records = steps.filter((step) => step.type === 'record');
        if (result.outcome === 'guard_failed') await storage.commit(records);
        return result;
      }),
      'storage: contract: clause 3: a guard that fails leaves no trace of any other change in the list',
    ],
    'a revoke leaves the password': [
      ignoring('invalidatePassword'),
      'storage: contract: clause 3: a revoke leaves nothing that opens a door',
    ],
    'the sibling tokens stay open': [
      changingLists((steps) => (issuesCode(steps) ? steps : steps.filter(({ type }) => type !== 'closeTokens'))),
      'storage: contract: clause 3: when all guards hold every effect applies',
    ],
    'closeTokens closes what its list issues': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const result = await storage.commit(
          steps.filter((step) => step.type !== 'closeTokens'),
          limits,
        );
        if (result.outcome === 'applied') await storage.commit(steps.filter((step) => step.type === 'closeTokens'));
        return result;
      }),
      'storage: contract: clause 4: closeTokens spares the tokens that its list uses or issues',
    ],
    'effects are carried out in the order of the list, each as its own': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        if (issuesCode(steps)) return storage.commit(steps, limits);
        const [first, ...rest] = effectsOf(steps);
        const result = await storage.commit([...guardsOf(steps), ...(first === undefined ? [] : [first])], limits);
        if (result.outcome === 'applied') for (const step of rest) await storage.commit([step]);
        return result;
      }),
      'storage: contract: clause 4: what one list ends and what it begins do not meet, in any order',
    ],
    'of two steps that write the same thing the last one wins': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        try {
          return await storage.commit(steps, limits);
        } catch (error) {
          if (!(error instanceof TypeError && error.message.startsWith('two steps'))) throw error;
          for (const step of steps) await storage.commit([step]);
          return applied;
        }
      }),
      'storage: contract: clause 4: two steps that write the same thing are a TypeError',
    ],
    'revokeKeys takes the keys that were there before the user was locked': [
      ({ storage, application }) => {
        const overlooked = new Set<string>();
        return {
          storage: {
            async commit(steps, limits) {
              const id = steps.find((step) => step.type === 'revokeKeys')?.userId;
              if (id === undefined) return storage.commit(steps, limits);
              const before = new Set((await application.keys(id)).map((key) => key.id));
              const result = await storage.commit(steps, limits);
              for (const key of await application.keys(id)) if (!before.has(key.id)) overlooked.add(key.id);
              return result;
            },
          },
          application: {
            keys: async (id) =>
              (await application.keys(id)).map((key) =>
                overlooked.has(key.id) ? { ...key, enabled: true, revoked: false } : key,
              ),
          },
        };
      },
      'storage: races: clause 5: a key created while a revoke waits is revoked too, and none outlives it',
    ],
    'closeTokens takes the tokens that were there before the user was locked': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const closing = steps.filter((step) => step.type === 'closeTokens');
        if (closing.length > 0) await storage.commit(closing);
        return storage.commit(
          steps.filter((step) => step.type !== 'closeTokens'),
          limits,
        );
      }),
      'storage: races: clause 5: no token outlives a list that closed them and raced it',
    ],
    'two lists that meet at a user are not retried': [
      ({ storage }) => {
        const busy = new Set<string>();
        return {
          storage: {
            async commit(steps, limits) {
              const users = concernedUsers(steps);
              if (users.some((id) => busy.has(id))) throw new StorageUnavailable({ cause: new Error('40001') });
              for (const id of users) busy.add(id);
              return storage.commit(steps, limits).finally(() => {
                for (const id of users) busy.delete(id);
              });
            },
          },
        };
      },
      'storage: races: clause 7: lists of many kinds at once all end, each as a whole',
    ],
    'a revoke writes the whole row that it has read': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const id = steps.find((step) => step.type === 'disableUser')?.userId;
        const before = id === undefined ? null : await storage.findUserById(id);
        const result = await storage.commit(steps, limits);
        if (before !== null && result.outcome === 'applied') storage.editUser(before.id, { email: before.email });
        return result;
      }),
      'storage: races: a rename racing a revoke does not enable the user again',
    ],
    'a token is good until its end and at it': [
      changingSteps((step) => (isUse(step) ? useToken(step.tokenId, { ...step, now: step.now - 1 }) : step)),
      'storage: guards: useToken: a token is refused from its end on, and accepted one millisecond before',
    ],
  });
});
