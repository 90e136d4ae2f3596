import type { CommitResult, DirectoryStorage, Hasher, Mailer, Sessions } from '@pwreset/core';

/** Marks a point at which the process may be killed; returns only if it was not. */
export type CrashStep = (name: string) => void;

type Call<Args extends readonly unknown[], Result> = (...args: Args) => Promise<Result>;

/** A step before the call and one after its answer, before the caller sees that. */
const around =
  <Args extends readonly unknown[], Result>(
    step: CrashStep,
    name: string,
    call: Call<Args, Result>,
  ): Call<Args, Result> =>
  async (...args) => {
    step(`before ${name}`);
    const result = await call(...args);
    step(`after ${name}`);
    return result;
  };

/** One more while the call is under way. */
const throughout = <Args extends readonly unknown[], Result>(
  step: CrashStep,
  name: string,
  call: Call<Args, Result>,
): Call<Args, Result> =>
  around(step, name, (...args) => {
    const answer = call(...args);
    step(`during ${name}`);
    return answer;
  });

/** Every call of a storage. The steps within one are up to the database: see `open` of {@link CrashDatabase}. */
export const steppedStorage = (storage: DirectoryStorage, step: CrashStep): DirectoryStorage => ({
  findUsersByEmail: around(step, 'findUsersByEmail', (...args) => storage.findUsersByEmail(...args)),
  findUserById: around(step, 'findUserById', (...args) => storage.findUserById(...args)),
  findToken: around(step, 'findToken', (...args) => storage.findToken(...args)),
  findCodes: around(step, 'findCodes', (...args) => storage.findCodes(...args)),
  findArrival: around(step, 'findArrival', (...args) => storage.findArrival(...args)),
  charge: around(step, 'charge', (...args) => storage.charge(...args)),
  commit: around<Parameters<DirectoryStorage['commit']>, CommitResult>(step, 'commit', (...args) =>
    storage.commit(...args),
  ),
  settle: around(step, 'settle', (...args) => storage.settle(...args)),
  claimJobs: around(step, 'claimJobs', (...args) => storage.claimJobs(...args)),
  purge: around(step, 'purge', (...args) => storage.purge(...args)),
  findService: around(step, 'findService', (...args) => storage.findService(...args)),
  findKey: around(step, 'findKey', (...args) => storage.findKey(...args)),
  findKeyByDigest: around(step, 'findKeyByDigest', (...args) => storage.findKeyByDigest(...args)),
  listKeys: around(step, 'listKeys', (...args) => storage.listKeys(...args)),
  listAudit: around(step, 'listAudit', (...args) => storage.listAudit(...args)),
  listJobs: around(step, 'listJobs', (...args) => storage.listJobs(...args)),
});

export const steppedHasher = (hasher: Hasher, step: CrashStep): Hasher => ({
  hash: throughout(step, 'hash', (password) => hasher.hash(password)),
  verify: throughout(step, 'verify', (password, stored) => hasher.verify(password, stored)),
  dummy: hasher.dummy,
});

export const steppedMailer = (mailer: Mailer, step: CrashStep): Mailer => ({
  send: throughout(step, 'send', (mail, options) => mailer.send(mail, options)),
});

export const steppedSessions = (sessions: Sessions, step: CrashStep): Sessions => ({
  endAll: throughout(step, 'endAll', (userId, options) => sessions.endAll(userId, options)),
});

export const betweenHalves = 'between the halves of a commit';

/**
 * A storage that breaks its promise: it commits what follows the new password in a second transaction. The reader must see
 * what a kill between the two leaves behind.
 */
export const halvedStorage = (storage: DirectoryStorage, step: CrashStep): DirectoryStorage => ({
  ...storage,
  async commit(steps, limits) {
    const cut = steps.findIndex((step) => step.type === 'setPassword') + 1;
    if (cut === 0) return storage.commit(steps, limits);
    const first = await storage.commit(steps.slice(0, cut));
    if (first.outcome !== 'applied') return first;
    step(betweenHalves);
    return storage.commit(steps.slice(cut));
  },
});
