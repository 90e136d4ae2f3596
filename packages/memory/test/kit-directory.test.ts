import { createKey, createService, createUser, defaultRealm, type Service, type User } from '@pwreset/core';
import { describe } from 'vitest';
import { catches, changingSteps, changingText, type Defect, ignoring, replacing } from './kit-run.js';

const changingResetUrls = (change: (urls: readonly string[]) => readonly string[]): Defect =>
  changingSteps((step) =>
    step.type === 'createService'
      ? createService({ ...step.service, resetUrls: change(step.service.resetUrls) })
      : step,
  );

describe('the storage kit, of a Directory,', () => {
  catches({
    'a user whose address is taken is left out in silence': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const result = await storage.commit(steps, limits);
        return result.outcome === 'conflict' ? { outcome: 'applied' } : result;
      }),
      'directory: users: a user whose id is taken is a conflict',
    ],
    'whether an address is free is looked up before the commit': [
      ({ storage }) => ({
        storage: {
          async commit(steps, limits) {
            for (const [step, each] of steps.entries()) {
              if (each.type !== 'createUser') continue;
              const { realm, address } = each.user;
              if ((await storage.findUsersByEmail(realm, address)).length > 0) return { outcome: 'conflict', step };
            }
            const result = await storage.commit(steps, limits);
            return result.outcome === 'conflict' ? { outcome: 'applied' } : result;
          },
        },
      }),
      'directory: users: of many users created at once with one address, one comes to be',
    ],
    'realms are not told apart': [
      changingSteps((step) => (step.type === 'createUser' ? createUser({ ...step.user, realm: defaultRealm }) : step)),
      'directory: users: an address is looked for within its realm',
    ],
    'a patch enables': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const result = await storage.commit(steps, limits);
        for (const step of steps) if (step.type === 'patchUser') storage.editUser(step.userId, { enabled: true });
        return result;
      }),
      'directory: users: patchUser neither enables nor gives a password, whatever an object carries',
    ],
    'a patch that empties a column is left out': [
      changingSteps((step) => {
        if (step.type !== 'patchUser' || step.patch.name !== '') return step;
        const { name: _, ...patch } = step.patch;
        return { ...step, patch };
      }),
      'directory: users: patchUser writes the columns that it names and no other',
    ],
    'who never had a password has an empty one': [
      replacing('findUserById', ({ storage }) => async (id) => {
        const user: User | null = await storage.findUserById(id);
        if (user?.credential.state !== 'none') return user;
        return { ...user, credential: { state: 'usable', stored: '' } };
      }),
      'directory: users: a credential says whether it is usable, was never there, or was made unusable',
    ],
    'setPassword leaves the demand for an update': [
      changingSteps((step) => (step.type === 'setPassword' ? { ...step, type: 'rehashPassword' } : step)),
      'directory: users: setPassword ends the demand for an update and rehashPassword leaves it, each notes its time',
    ],
    'rehashPassword ends the demand for an update': [
      changingSteps((step) => (step.type === 'rehashPassword' ? { ...step, type: 'setPassword' } : step)),
      'directory: users: setPassword ends the demand for an update and rehashPassword leaves it, each notes its time',
    ],
    'users are not deleted': [
      ignoring('deleteUser'),
      'directory: users: deleteUser removes the user and nothing that bears the id',
    ],
    'keys are created enabled, whatever they are': [
      changingSteps((step) => (step.type === 'createKey' ? createKey({ ...step.key, enabled: true }) : step)),
      'directory: rows: a key is found by id and by digest, with its user, and listed',
    ],
    'services are created enabled, whatever they are': [
      changingSteps((step) =>
        step.type === 'createService' ? createService({ ...step.service, enabled: true }) : step,
      ),
      'directory: rows: a service is read back as written',
    ],
    'the reset URLs of services are a set': [
      changingResetUrls((urls) => [...new Set(urls)]),
      'directory: rows: a service keeps its reset URLs as written, in their order',
    ],
    'the reset URLs of services are sorted': [
      changingResetUrls((urls) => urls.toSorted()),
      'directory: rows: a service keeps its reset URLs as written, in their order',
    ],
    'the reset URLs of services are kept with commas between': [
      changingResetUrls((urls) => urls.join().split(',')),
      'directory: rows: a service keeps its reset URLs as written, in their order',
    ],
    'the list of reset URLs is kept itself': [
      ({ storage }) => {
        const given = new Map<string, Service>();
        return {
          storage: {
            commit(steps, limits) {
              for (const step of steps) if (step.type === 'createService') given.set(step.service.id, step.service);
              return storage.commit(steps, limits);
            },
            async findService(id) {
              const found = await storage.findService(id);
              return found && { ...found, resetUrls: given.get(id)?.resetUrls ?? [] };
            },
          },
        };
      },
      'directory: rows: what a commit was given is not a door into the storage',
    ],
    'a lone surrogate in a reset URL is escaped': [
      changingResetUrls((urls) => urls.map((url) => (url.isWellFormed() ? url : JSON.stringify(url)))),
      'directory: lists: U+0000 and lone surrogates in what is written are a TypeError, and nothing is applied',
    ],
    'codes are looked for in every realm': [
      replacing(
        'findCodes',
        ({ storage }) =>
          (_, address) =>
            storage.findCodes(defaultRealm, address),
      ),
      'directory: users: a code is looked for within the realm of its user',
    ],
    'text of users is kept in a normal form': [
      changingText((text) => text.normalize('NFC')),
      'directory: lists: text comes back as it went in, character for character',
    ],
    'U+0000 in a name is left out in silence': [
      changingText((text) => text.replaceAll('\0', '')),
      'directory: lists: U+0000 and lone surrogates in what is written are a TypeError, and nothing is applied',
    ],
    'audit rows are listed oldest first': [
      ({ storage }) => ({
        storage: {
          listAudit: async (query) =>
            (await storage.listAudit({ ...query, limit: 1000 })).toReversed().slice(0, query.limit),
        },
      }),
      'directory: rows: audit rows are listed newest first, of one user or of all',
    ],
    'jobs of every state are listed': [
      ({ storage }) => ({ storage: { listJobs: ({ limit }) => storage.listJobs({ limit }) } }),
      'directory: rows: jobs are listed newest first, of one state or of all',
    ],
    'audit rows of every user are listed': [
      ({ storage }) => ({ storage: { listAudit: ({ limit }) => storage.listAudit({ limit }) } }),
      'directory: rows: an id of the wrong form is absent',
    ],
  });
});
