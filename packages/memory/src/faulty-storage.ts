import {
  type CommitResult,
  CommitUnknown,
  type Directory,
  type DirectoryStorage,
  type Storage,
  StorageUnavailable,
} from '@pwreset/core';

export type StorageMethod = keyof DirectoryStorage;

/** A commit whose answer is lost before it has arrived. */
export interface HeldCommit {
  /** Lets it arrive, with what comes of it. */
  land(): Promise<CommitResult>;
}

/** The faults of a real storage, on demand. */
export interface Faults {
  /** How often each method was called, calls that failed included. */
  readonly calls: Readonly<Record<StorageMethod, number>>;
  /** The next `times` (1 by default) calls, of this method or of any, throw `StorageUnavailable`; nothing is applied. */
  failNext(method?: StorageMethod, times?: number): void;
  /** The next commit is applied and then throws `CommitUnknown`. */
  loseNextAnswer(): void;
  /** The next commit is not applied and throws `CommitUnknown`. */
  loseNextCommit(): void;
  /** The next commit throws `CommitUnknown` and arrives only when it is told to. */
  holdNextCommit(): HeldCommit;
}

/** A storage with {@link Faults}. */
export type FaultyStorage<S extends Storage = DirectoryStorage> = S & Faults;

const hasDirectory = (storage: Storage): storage is DirectoryStorage => 'findService' in storage;

/**
 * Wraps a storage, for tests of what happens when it fails. It has a Directory where the wrapped one has.
 *
 * @example
 * ```ts
 * import { faultyStorage, memoryStorage } from '@pwreset/memory';
 *
 * const storage = faultyStorage(memoryStorage());
 * storage.loseNextAnswer();
 * ```
 */
export function faultyStorage(storage: Storage & { readonly findService?: never }): FaultyStorage<Storage>;
export function faultyStorage(storage: DirectoryStorage): FaultyStorage;
export function faultyStorage(storage: Storage): FaultyStorage<Storage> {
  type Commit = Storage['commit'];
  const failures: (StorageMethod | 'any')[] = [];
  const commitFaults: Commit[] = [];
  const calls: Record<StorageMethod, number> = {
    findUsersByEmail: 0,
    findUserById: 0,
    findToken: 0,
    findCodes: 0,
    findArrival: 0,
    charge: 0,
    commit: 0,
    settle: 0,
    claimJobs: 0,
    purge: 0,
    findService: 0,
    findKey: 0,
    findKeyByDigest: 0,
    listKeys: 0,
    listAudit: 0,
    listJobs: 0,
  };

  const counted =
    <Args extends readonly unknown[], Result>(method: StorageMethod, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      calls[method] += 1;
      const failure = failures.findIndex((planned) => planned === method || planned === 'any');
      if (failure === -1) return call(...args);
      failures.splice(failure, 1);
      throw new StorageUnavailable();
    };

  const directoryOf = (whole: DirectoryStorage): Directory => ({
    findService: counted('findService', (...args) => whole.findService(...args)),
    findKey: counted('findKey', (...args) => whole.findKey(...args)),
    findKeyByDigest: counted('findKeyByDigest', (...args) => whole.findKeyByDigest(...args)),
    listKeys: counted('listKeys', (...args) => whole.listKeys(...args)),
    listAudit: counted('listAudit', (...args) => whole.listAudit(...args)),
    listJobs: counted('listJobs', (...args) => whole.listJobs(...args)),
  });

  return {
    calls,
    findUsersByEmail: counted('findUsersByEmail', (...args) => storage.findUsersByEmail(...args)),
    findUserById: counted('findUserById', (...args) => storage.findUserById(...args)),
    findToken: counted('findToken', (...args) => storage.findToken(...args)),
    findCodes: counted('findCodes', (...args) => storage.findCodes(...args)),
    findArrival: counted('findArrival', (...args) => storage.findArrival(...args)),
    charge: counted('charge', (...args) => storage.charge(...args)),
    commit: counted<Parameters<Commit>, CommitResult>('commit', (...args) =>
      (commitFaults.shift() ?? ((...rest: Parameters<Commit>) => storage.commit(...rest)))(...args),
    ),
    settle: counted('settle', (...args) => storage.settle(...args)),
    claimJobs: counted('claimJobs', (...args) => storage.claimJobs(...args)),
    purge: counted('purge', (...args) => storage.purge(...args)),
    ...(hasDirectory(storage) ? directoryOf(storage) : {}),

    failNext(method, times = 1) {
      for (let count = 0; count < times; count += 1) failures.push(method ?? 'any');
    },
    loseNextAnswer() {
      commitFaults.push(async (...args) => {
        await storage.commit(...args);
        throw new CommitUnknown();
      });
    },
    loseNextCommit() {
      commitFaults.push(() => Promise.reject(new CommitUnknown()));
    },
    holdNextCommit() {
      let held: Parameters<Commit> | undefined;
      commitFaults.push((...args) => {
        held = args;
        return Promise.reject(new CommitUnknown());
      });
      return {
        land() {
          if (held === undefined) return Promise.reject(new Error('no commit has been held'));
          return storage.commit(...held);
        },
      };
    },
  };
}
