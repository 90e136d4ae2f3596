import assert from 'node:assert/strict';
import type {
  AuditEntry,
  Job,
  Limit,
  Step,
  Storage,
  Token,
  TokenWithUser,
  User,
  UserId,
  UserWithCode,
} from '@pwreset/core';
import type { Application, KeyState, SampleUser } from './application.js';
import { comparable, emailOf, hashOf, jobIdOf, start, tokenIdOf } from './storage-builders.js';

/** A storage and the application whose users it serves: the samples of one test. */
export interface Subject {
  readonly storage: Storage;
  readonly application: Application;
}

/** A fresh, empty storage with its application, and what gives their resources back. */
export interface StorageUnderTest extends Subject {
  dispose(): Promise<void>;
}

export type StorageFactory = () => Promise<StorageUnderTest>;

/** One test. */
export type StorageCase = (subject: Subject) => Promise<void>;

/** Tests by name. */
export type StorageCases = Readonly<Record<string, StorageCase>>;

/** Commits and expects the list to be applied. */
export async function apply(storage: Storage, steps: readonly Step[], limits: readonly Limit[] = []): Promise<void> {
  assert.deepEqual(await storage.commit(steps, limits), { outcome: 'applied' });
}

/** The application adds its user `n`; answers the id. */
export async function addUser(application: Application, n = 1, columns: Partial<SampleUser> = {}): Promise<UserId> {
  const user = { id: application.userId(n), email: emailOf(n), enabled: true, hash: hashOf(n), createdAt: start };
  await application.addUser({ ...user, ...columns });
  return columns.id ?? user.id;
}

/** A user who must be there. */
export async function userOf(storage: Storage, id: UserId): Promise<User> {
  const user = await storage.findUserById(id);
  assert.ok(user, `no user ${id}`);
  return user;
}

/** The users with this address, compared as core does it: a storage may find too many, and never too few. */
export async function usersOf(storage: Storage, realm: User['realm'], email: string): Promise<readonly User[]> {
  const found = await storage.findUsersByEmail(realm, comparable(email));
  return found.filter((user) => comparable(user.email) === comparable(email));
}

/** The same with their open codes. */
export async function codesOf(storage: Storage, realm: User['realm'], email: string): Promise<readonly UserWithCode[]> {
  const found = await storage.findCodes(realm, comparable(email));
  return found.filter(({ user }) => comparable(user.email) === comparable(email));
}

/** A token that must be there. */
export async function tokenOf(storage: Storage, n: number): Promise<Token> {
  const found = await storage.findToken(tokenIdOf(n));
  assert.ok(found, `no token ${n}`);
  return found.token;
}

export async function jobOf(application: Application, n: number): Promise<Job | undefined> {
  return (await application.jobs()).find(({ id }) => id === jobIdOf(n));
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** The audit trail in one fixed order. */
export const auditOf = async (application: Application): Promise<AuditEntry[]> =>
  [...(await application.audit())].sort(byId);

/** The samples that a test looks at, by their numbers. */
export interface Seen {
  readonly users: readonly number[];
  readonly tokens: readonly number[];
}

export interface StorageState {
  readonly users: readonly (User | null)[];
  readonly tokens: readonly (TokenWithUser | null)[];
  readonly keys: readonly KeyState[];
  readonly audit: readonly AuditEntry[];
  readonly jobs: readonly Job[];
}

/** Everything that can be read of these users and tokens, of the queue and of the audit trail, in one fixed order. */
export async function stateOf({ storage, application }: Subject, { users, tokens }: Seen): Promise<StorageState> {
  const ids = users.map((n) => application.userId(n));
  const keys = await Promise.all(ids.map((id) => application.keys(id)));
  return {
    users: await Promise.all(ids.map((id) => storage.findUserById(id))),
    tokens: await Promise.all(tokens.map((n) => storage.findToken(tokenIdOf(n)))),
    keys: keys.flat().sort(byId),
    audit: await auditOf(application),
    jobs: [...(await application.jobs())].sort(byId),
  };
}

/** Runs `work` and expects that it left no trace of any kind. */
export async function expectNoTrace(subject: Subject, seen: Seen, work: () => Promise<unknown>): Promise<void> {
  const before = await stateOf(subject, seen);
  await work();
  assert.deepEqual(await stateOf(subject, seen), before);
}

/** `make(1)` to `make(count)`. */
export const times = <Made>(count: number, make: (n: number) => Made): Made[] =>
  Array.from({ length: count }, (_, index) => make(index + 1));

/**
 * Both at once. For every second `n` the other one begins first, and the one that begins second does so the later the greater
 * `n` is, by turns of the event loop's microtasks: where a storage gives way matters in memory, and nowhere else.
 */
export async function either<A, B>(n: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  const second = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (let turn = 0; turn < n >> 1; turn += 1) await Promise.resolve();
    return work();
  };
  if (n % 2 === 0) return Promise.all([one(), second(other)]);
  const [last, first] = await Promise.all([other(), second(one)]);
  return [first, last];
}
