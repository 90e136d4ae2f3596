import { type Guard, type Step, tokenId, type User, userId } from '@pwreset/core';
import { describe } from 'vitest';
import { catches, changingSteps, type Defect, ignoring, replacing } from './kit-run.js';

/** A storage whose `requireCredential` takes for the same what `fold` makes the same. */
const folding =
  (fold: (text: string) => string): Defect =>
  ({ storage }) => {
    const folded = (step: Step, user: User | null): Step => {
      if (step.type !== 'requireCredential' || user === null || step.stored === null) return step;
      const { stored } = user.credential;
      const same = fold(step.email) === fold(user.email) && fold(step.stored) === fold(stored ?? '');
      return same ? { ...step, email: user.email, stored } : step;
    };
    return {
      storage: {
        async commit(steps, limits) {
          const changed: Step[] = [];
          for (const step of steps) {
            const id = step.type === 'requireCredential' ? step.userId : null;
            changed.push(folded(step, id === null ? null : await storage.findUserById(id)));
          }
          return storage.commit(changed, limits);
        },
      },
    };
  };

/** A storage that compares less of a credential than there is. */
const comparingOnly = (change: (guard: Extract<Guard, { type: 'requireCredential' }>, user: User) => Guard): Defect =>
  replacing('commit', ({ storage }) => async (steps, limits) => {
    const changed: Step[] = [];
    for (const step of steps) {
      const user = step.type === 'requireCredential' ? await storage.findUserById(step.userId) : null;
      changed.push(step.type === 'requireCredential' && user !== null ? change(step, user) : step);
    }
    return storage.commit(changed, limits);
  });

/** A storage whose users' ids are read with `fold`, in steps and in look-ups. */
const foldingIds = (fold: (id: string) => string): Defect =>
  replacing(
    'findUserById',
    ({ storage }) =>
      (id) =>
        storage.findUserById(userId(fold(id))),
  );

const address =
  'storage: guards: requireCredential: the address is compared byte for byte, in case and in NFC and NFD too';
const stored =
  'storage: guards: requireCredential: the stored form is compared byte for byte, in case and in NFC and NFD too';

describe('the storage kit, of guards and ids,', () => {
  catches({
    'requireCredential ignores case': [folding((text) => text.toLowerCase()), address],
    'requireCredential ignores the case of what is stored': [
      folding((text) => (text.includes('@') ? text : text.toLowerCase())),
      stored,
    ],
    'requireCredential compares normal forms': [folding((text) => text.normalize('NFC')), address],
    'requireCredential compares the normal form of what is stored': [
      folding((text) => (text.includes('@') ? text : text.normalize('NFC'))),
      stored,
    ],
    'requireCredential ignores spaces at the end': [folding((text) => text.trimEnd()), address],
    'requireCredential ignores accents': [folding((text) => text.normalize('NFD').replaceAll(/\p{M}/gu, '')), stored],
    'requireCredential does not look at the address': [
      comparingOnly((guard, { email }) => ({ ...guard, email })),
      'storage: guards: requireCredential: the address is another: nothing is applied',
    ],
    'requireCredential does not look at the password': [
      comparingOnly((guard, { credential }) => ({ ...guard, stored: credential.stored })),
      'storage: guards: requireCredential: the password was changed: nothing is applied',
    ],
    'requireCredential holds for a password that is null': [
      comparingOnly((guard, { credential }) => ({ ...guard, stored: guard.stored ?? credential.stored })),
      'storage: guards: requireCredential: there was no password: nothing is applied',
    ],
    'requireEnabled is not looked at': [
      ignoring('requireEnabled'),
      'storage: guards: requireEnabled: the user is disabled: nothing is applied',
    ],
    'a guard sees what was read before, and not what the application changed': [
      ({ storage }) => {
        const known = new Map<string, User>();
        return {
          storage: {
            async findUserById(id) {
              const user = known.get(id) ?? (await storage.findUserById(id));
              if (user !== null) known.set(id, user);
              return user;
            },
          },
        };
      },
      'storage: reads: every read gives the same user, before a change and after it',
    ],
    'ids are trimmed': [foldingIds((id) => id.trim()), 'storage: ids: an id of the wrong form is absent'],
    'ids are read in any case': [
      foldingIds((id) => id.toLowerCase()),
      'storage: ids: an id of the wrong form is absent',
    ],
    'ids are cut at U+0000': [
      foldingIds((id) => id.split('\0')[0] ?? ''),
      'storage: ids: an id of the wrong form is absent',
    ],
    'an id of the wrong form is an error': [
      replacing('findToken', ({ storage }) => async (id) => {
        if (!/^[a-z0-9]{20}$/i.test(id)) throw new Error('invalid input syntax');
        return storage.findToken(id);
      }),
      'storage: ids: an id of the wrong form is absent',
    ],
    'guards trim the ids of tokens': [
      changingSteps((step) => (step.type === 'useToken' ? { ...step, tokenId: tokenId(step.tokenId.trim()) } : step)),
      'storage: ids: an id of the wrong form fails every guard',
    ],
    'effects trim the ids of users': [
      changingSteps((step) => (step.type === 'disableUser' ? { ...step, userId: userId(step.userId.trim()) } : step)),
      'storage: ids: an id of the wrong form makes effects write nothing',
    ],
    'ids of tokens are told apart without their case': [
      replacing(
        'findToken',
        ({ storage }) =>
          (id) =>
            storage.findToken(tokenId(id.toLowerCase())),
      ),
      'storage: ids: ids are told apart byte for byte',
    ],
    'a revoke leaves the keys': [
      ignoring('revokeKeys'),
      'storage: effects: revokeKeys disables and revokes every key of its user and no other',
    ],
    'a revoke takes the keys of everybody': [
      ({ storage, application }) => ({
        storage: {
          async commit(steps, limits) {
            const result = await storage.commit(steps, limits);
            const revoking = steps.find((step) => step.type === 'revokeKeys');
            if (revoking === undefined) return result;
            const users = [1, 2, 3].map((n) => application.userId(n));
            await storage.commit(users.map((id) => ({ ...revoking, userId: id })));
            return result;
          },
        },
      }),
      'storage: effects: revokeKeys disables and revokes every key of its user and no other',
    ],
    'a new password enables the user': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const result = await storage.commit(steps, limits);
        for (const step of steps) if (step.type === 'setPassword') storage.editUser(step.userId, { enabled: true });
        return result;
      }),
      'storage: effects: a new password does not enable a user who is disabled',
    ],
    'a password that was made unusable stays so': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const kept = new Set<Step>();
        for (const step of steps) {
          if (step.type !== 'setPassword') continue;
          if ((await storage.findUserById(step.userId))?.credential.state === 'unusable') kept.add(step);
        }
        return storage.commit(
          steps.filter((step) => !kept.has(step)),
          limits,
        );
      }),
      'storage: effects: setPassword gives a password back to a user whose was made unusable',
    ],
    'requireCredential holds for hashes only': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const guard = steps.findIndex((step) => step.type === 'requireCredential' && !step.stored?.startsWith('$'));
        return guard === -1 ? storage.commit(steps, limits) : { outcome: 'guard_failed', guard };
      }),
      'storage: guards: requireCredential: holds for what was read, whatever the credential is',
    ],
    'a taken token id replaces the token': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const issued = steps.flatMap((step) => (step.type === 'issueToken' ? [step.token.id] : []));
        const taken = new Set<string>();
        for (const id of issued) if ((await storage.findToken(id)) !== null) taken.add(id);
        return storage.commit(
          steps.filter((step) => step.type !== 'issueToken' || !taken.has(step.token.id)),
          limits,
        );
      }),
      'storage: effects: a token id is taken once',
    ],
    'a step of the Directory is passed over in silence': [
      ignoring('createUser'),
      'storage: effects: a step of the Directory is carried out, or is a TypeError and nothing is applied',
    ],
  });
});
