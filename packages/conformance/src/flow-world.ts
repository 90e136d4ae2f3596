import assert from 'node:assert/strict';
import {
  type Clock,
  type ComparableAddress,
  createPwreset,
  type DirectoryPwreset,
  type DirectoryStorage,
  type ErrorCode,
  type Hasher,
  type KeyId,
  type Mail,
  type Mailer,
  type PublicUser,
  type PwresetEvent,
  type PwresetOptions,
  serviceLinks,
  type Token,
  tokenId,
  type UserId,
} from '@pwreset/core';

/** A clock that the suite moves. */
export interface FlowClock extends Clock {
  advance(ms: number): Promise<void>;
}

/** A mailer that keeps what it is given and fails on demand. */
export interface FlowMailer extends Mailer {
  readonly mails: readonly Mail[];
  lastMail(to: string, kind?: Mail['kind']): Mail;
  lastLink(to: string, kind?: Mail['kind']): string;
  failNext(fault: Error | 'hang', times?: number): void;
}

/** A fast hasher that counts and fails on demand. */
export interface FlowHasher extends Hasher {
  readonly hashed: number;
  readonly verified: number;
  failNext(error: Error, times?: number): void;
}

/** The storage under test, wrapped so that its answers can be lost. */
export interface FlowStorage extends DirectoryStorage {
  readonly calls: Readonly<Record<keyof DirectoryStorage, number>>;
  failNext(method?: keyof DirectoryStorage, times?: number): void;
  loseNextAnswer(): void;
  loseNextCommit(): void;
}

/** What a test of the flows is given afresh. */
export interface FlowParts {
  readonly storage: FlowStorage;
  readonly clock: FlowClock;
  readonly mailer: FlowMailer;
  readonly hasher: FlowHasher;
  /** Changes the stored address as the application's own SQL would, past every flow. */
  editEmail(id: UserId, columns: { readonly email: string; readonly address: ComparableAddress }): Promise<void>;
  /** Everything that is at rest, as text: what a thief of the storage would hold. */
  dump(): Promise<string>;
  dispose(): Promise<void>;
}

export type FlowFactory = () => Promise<FlowParts>;

/** Registers one test, which is given fresh parts. */
export type FlowTest = (name: string, run: (parts: FlowParts) => Promise<void>) => void;

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const ann = 'Ann@example.com';
export const oldPassword = 'the old password';
export const newPassword = 'a brand new password';

export interface EndedSessions {
  readonly userId: UserId;
  readonly startedBefore: number;
}

/** A server around one storage, with one enabled user, `ann`. */
export interface World extends FlowParts {
  readonly pwreset: DirectoryPwreset;
  readonly ann: PublicUser;
  readonly events: readonly PwresetEvent[];
  readonly ended: readonly EndedSessions[];
  eventsOf<T extends PwresetEvent['type']>(type: T): readonly Extract<PwresetEvent, { readonly type: T }>[];
  /** Asks for a reset, delivers, and returns the token of the mail. */
  resetToken(email?: string): Promise<string>;
  /** Resets Ann's password and returns the revoke token of the notice. */
  revokeToken(): Promise<string>;
  /** Another server on the same storage, clock and mailer. */
  another(options?: Partial<PwresetOptions>, storage?: DirectoryStorage): DirectoryPwreset;
}

export const suiteSecret = 'a secret of the suite, at least thirty-two bytes';

export function tokenIn(link: string): string {
  const token = new URL(link).searchParams.get('token') ?? /token=([^&]+)/.exec(link)?.[1];
  assert.ok(token, `no token in ${link}`);
  return token;
}

/** The refusal with this code, and no other. */
export async function refuses(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof Error && 'code' in error, `threw ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}

/** The row of a token that a mail carried. */
export async function rowOf({ storage }: FlowParts, token: string): Promise<Token> {
  const found = await storage.findToken(tokenId(token.slice(0, 20)));
  assert.ok(found, 'the token has no row');
  return found.token;
}

export async function worldOf(parts: FlowParts, options: Partial<PwresetOptions> = {}): Promise<World> {
  const { storage, clock, mailer, hasher } = parts;
  const events: PwresetEvent[] = [];
  const ended: EndedSessions[] = [];
  const open = (more: Partial<PwresetOptions> = {}, on: DirectoryStorage = storage): DirectoryPwreset =>
    createPwreset({
      clock,
      mailer,
      hasher,
      secret: suiteSecret,
      delivery: 'manual',
      service: {
        name: 'Acme',
        url: 'https://acme.example',
        links: serviceLinks({
          reset: 'https://acme.example/reset?email={{email}}&token={{token}}',
          revoke: 'https://acme.example/not-me?token={{token}}',
        }),
      },
      sessions: {
        endAll: async (userId, { startedBefore }) => {
          ended.push({ userId, startedBefore });
        },
      },
      onEvent: (event) => events.push(event),
      ...options,
      ...more,
      storage: on,
    });
  const pwreset = open();
  const { user } = await pwreset.users.create({ email: ann, name: 'Ann', password: oldPassword });

  const resetToken = async (email: string = ann): Promise<string> => {
    await pwreset.beginReset({ email });
    await pwreset.idle();
    return tokenIn(mailer.lastLink(email, 'reset'));
  };
  return {
    ...parts,
    pwreset,
    ann: user,
    events,
    ended,
    eventsOf: <T extends PwresetEvent['type']>(type: T) =>
      events.filter((event): event is Extract<PwresetEvent, { readonly type: T }> => event.type === type),
    resetToken,
    async revokeToken() {
      await pwreset.confirmReset({ token: await resetToken(), password: newPassword });
      await pwreset.idle();
      return tokenIn(mailer.lastLink(ann, 'reset_notice'));
    },
    another: open,
  };
}

/** Everything about a user that a flow may change, to see that nothing was. */
export async function stateOf(world: World, id: UserId = world.ann.id): Promise<unknown> {
  const { storage } = world;
  const user = await storage.findUserById(id);
  const keys = await storage.listKeys(id);
  const jobs = await storage.listJobs({ state: 'pending', limit: 1_000 });
  const audit = await storage.listAudit({ limit: 1_000 });
  return { user, keys, jobs: jobs.map((job) => job.id), audit: audit.map((entry) => entry.id) };
}

export async function keyFor(world: World): Promise<{ readonly id: KeyId; readonly value: string }> {
  const { key, value } = await world.pwreset.keys.create({ type: 'TOKEN', name: 'phone', userId: world.ann.id });
  return { id: key.id, value };
}

export const canLogIn = async (world: World, password: string, email: string = ann): Promise<boolean> => {
  try {
    await world.pwreset.login({ email, password });
    return true;
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'invalid_credentials', String(error));
    return false;
  }
};
