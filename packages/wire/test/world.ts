import {
  createPwreset,
  type DirectoryStorage,
  type MailKind,
  type PwresetEvent,
  type PwresetOptions,
  serviceId,
  serviceLinks,
  type UserId,
} from '@pwreset/core';
import { createHandler, type HttpFault, iam, native, profile, profileResetUrl, security, sso } from '@pwreset/http';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import { onTestFinished } from 'vitest';
import { exchange, type RawRequest, rawRequest } from './raw.js';
import { type ServerKind, serverKinds } from './servers.js';
import { type Answer, answerOf } from './world-answer.js';
import { codeUrl, type Part, profileUrl, requestOf, type Sent, type WireRoute } from './world-routes.js';
import { openers, type StorageKind } from './world-storage.js';

/** The frameworks that every attack goes through. */
export const frameworks = ['express5', 'hono'] as const satisfies readonly ServerKind[];

/** Which storages each stands in front of. The two know nothing of each other, so each database is met once. */
export const storagesBehind = {
  express5: ['memory', 'postgres'],
  hono: ['memory', 'sqlite'],
} as const satisfies Readonly<Record<(typeof frameworks)[number], readonly StorageKind[]>>;

export const password = 'correct horse battery';
export const newPassword = 'violet teapot on the moon';
export const secret = 'a secret of thirty-two bytes or more';

/** The addresses of everybody who is there, and of one who is not. */
export const addresses = {
  known: 'ann@example.com',
  disabled: 'disabled@example.com',
  passwordless: 'without@example.com',
  forbidden: 'forbidden@example.com',
  unknown: 'nobody@example.com',
} as const;

const roomy = { capacity: 1_000_000, refillMs: 1 } as const;

/** Callers' limits out of the way, for attacks on something else. */
export const unlimitedCallers = { ip: roomy, ip_wide: roomy, service: roomy } as const;

export interface WorldOptions {
  readonly server: ServerKind;
  readonly storage?: StorageKind;
  readonly core?: Partial<PwresetOptions<DirectoryStorage>>;
  readonly trustedProxies?: readonly string[];
}

/** Every dialect over one storage behind one real server, with users of every sort. */
export async function createWorld(options: WorldOptions) {
  const opened = await openers[options.storage ?? 'memory']();
  const storage = faultyStorage(opened.storage);
  const clock = manualClock();
  const mailer = memoryMailer();
  const hasher = testHasher();
  const events: PwresetEvent[] = [];
  const faults: HttpFault[] = [];
  /** What the sessions port was told, and the sessions that logins began. */
  const ended: { readonly userId: string; readonly startedBefore: number }[] = [];
  const begun: { readonly userId: string; readonly startedAt: number }[] = [];
  const parts = { storage, clock, mailer, hasher, secret, delivery: 'manual', ...options.core } as const;

  const links = serviceLinks({
    reset: 'https://app.example/reset?token={{token}}',
    revoke: 'https://app.example/not-me?token={{token}}',
  });
  const described = {
    name: 'Acme',
    url: 'https://app.example',
    links,
    resetUrls: [codeUrl, 'https://app.example/free?lang=&code={{code}}', profileResetUrl(profileUrl)],
  };
  const administrator = createPwreset(parts);
  const { service, value: key } = await administrator.services.createWithKey(described);
  const { service: otherService, value: otherKey } = await administrator.services.createWithKey({
    ...described,
    name: 'Other',
    url: 'https://other.example',
  });
  await administrator.close();

  const closers: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close();
    await opened.close();
  });

  /** The library and its server, as one process has them. */
  async function start() {
    const pwreset = createPwreset({
      ...parts,
      // One service, so that a token that was asked for through one dialect is good in all.
      service: { id: service.id, ...described },
      sessions: { endAll: async (user, { startedBefore }) => void ended.push({ userId: user, startedBefore }) },
      onEvent: (event) => events.push(event),
      ...options.core,
    });
    const dialects = [
      sso({
        beginSession: async ({ user, authenticatedAt }) => {
          begun.push({ userId: user.id, startedAt: authenticatedAt });
          const session = { token: `session ${begun.length}`, expiresAt: authenticatedAt + 1 };
          return { access: session, refresh: session };
        },
      }),
      security(),
      iam(),
      profile(),
      native({ changePasswordUrl: 'https://app.example/account' }),
    ];
    const handler = createHandler({ pwreset, dialects, onFault: (fault) => faults.push(fault) });
    const server = await serverKinds[options.server](handler, { trustedProxies: options.trustedProxies ?? [] });
    closers.push(async () => {
      await server.close();
      const closing = pwreset.close();
      // What hangs is given up after its grace, by this clock.
      await clock.advance(60_000);
      await closing;
    });
    return { pwreset, dialects, url: server.url };
  }

  const { pwreset, dialects, url } = await start();

  type Fields = Partial<Parameters<typeof pwreset.users.create>[0]>;
  const addUser = async (email: string, fields: Fields = {}): Promise<UserId> => {
    const user = { email, name: 'Ann', password, passwordAllowReset: true, ...fields };
    return (await pwreset.users.create({ service: serviceId(service.id), ...user })).user.id;
  };
  const known = await addUser(addresses.known);
  await addUser(addresses.disabled, { enabled: false });
  await addUser(addresses.forbidden, { passwordAllowReset: false });
  await addUser(addresses.passwordless, { password: undefined, passwordAllowReset: undefined });

  const caller = { key, userId: known };

  const clientOf = (of: string) => {
    const write = async (...bytes: readonly (string | Uint8Array)[]): Promise<Answer> =>
      answerOf(await exchange(of, ...bytes));
    const ask = (request: RawRequest): Promise<Answer> => write(rawRequest(request));
    const call = (
      route: WireRoute,
      values: Readonly<Partial<Record<Part, unknown>>>,
      sent: Sent & { readonly by?: Partial<typeof caller> } = {},
    ): Promise<Answer> => ask(requestOf(route, { ...caller, ...sent.by }, values, sent));
    return { write, ask, call };
  };

  /** Another process over the same database, as far as it can be had in this one. */
  const twin = async () => clientOf((await start()).url);

  /** Whether the password is the user's. */
  const opens = (withPassword: string, email: string = addresses.known): Promise<boolean> =>
    pwreset.login({ email, password: withPassword, limitBy: 'service' }).then(
      () => true,
      () => false,
    );

  /** The token in the link of the newest mail of this kind. */
  function mailedToken(kind: MailKind, to: string = addresses.known): string {
    const { searchParams } = new URL(mailer.lastLink(to, kind));
    return searchParams.get('token') ?? searchParams.get('code') ?? searchParams.get('tokenId') ?? '';
  }

  /** A token of a reset link, fresh and unused. */
  async function resetToken(email: string = addresses.known): Promise<string> {
    await pwreset.beginReset({ email, limitBy: 'service' });
    await pwreset.idle();
    return mailedToken('reset', email);
  }

  /** The code that is open now, and the token of the link beside it. */
  async function resetCode(email: string = addresses.known) {
    await pwreset.beginCodeReset({ email, limitBy: 'service' });
    await pwreset.idle();
    const mail = mailer.lastMail(email, 'reset_code');
    return { code: mail.kind === 'reset_code' ? mail.code : '', token: mailedToken('reset_code', email) };
  }

  /** A token of a revoke link, fresh and unused; the password is `newPassword` then. */
  async function revokeToken(email: string = addresses.known): Promise<string> {
    const token = await resetToken(email);
    await pwreset.confirmReset({ token, password: newPassword, limitBy: 'service' });
    await pwreset.idle();
    return mailedToken('reset_notice', email);
  }

  /** Everything that is kept; without the limits, which every request may charge, unless they matter. */
  async function contents({ limits = false }: { readonly limits?: boolean } = {}): Promise<string> {
    const tables = Object.entries(await opened.tables()).filter(([name]) => limits || !name.endsWith('limits'));
    const rows = tables.map(([name, all]) => [name, all.map((row) => JSON.stringify(row)).toSorted()] as const);
    return JSON.stringify(
      rows.toSorted(([one], [other]) => (one < other ? -1 : 1)),
      null,
      1,
    );
  }

  return {
    pwreset,
    storage,
    clock,
    mailer,
    hasher,
    events,
    faults,
    ended,
    begun,
    dialects,
    url,
    service: { id: service.id, key },
    other: { id: otherService.id, key: otherKey },
    known,
    caller,
    addUser,
    ...clientOf(url),
    twin,
    opens,
    mailedToken,
    resetToken,
    resetCode,
    revokeToken,
    contents,
    stolen: opened.text,
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;
