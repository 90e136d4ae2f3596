import {
  createPwreset,
  type DirectoryPwreset,
  type MailKind,
  type PublicUser,
  type PwresetOptions,
  type ServiceId,
  userId,
} from '@pwreset/core';
import {
  createHandler,
  type Dialect,
  type HttpHeaders,
  iam,
  native,
  profile,
  profileResetUrl,
  security,
  sso,
  ssoLinks,
} from '@pwreset/http';
import { faultyStorage, type ManualClock, manualClock, memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';

export const password = 'correct horse battery';
export const newPassword = 'violet teapot on the moon';
export const resetPasswordUrl = 'https://app.example/reset?lang=en';
export const codeUrl = 'https://app.example/typed?code={{code}}';

/** Bytes that follow from the seed, so that two worlds that are asked the same make the same ids, keys and tokens. */
function repeatableRandom() {
  let state = 0;
  // Numerical Recipes' congruential generator; its low bits are the poor ones.
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return {
    bytes: (length: number) => Uint8Array.from({ length }, next),
    /** Whatever was asked before, the bytes are those of this seed from now on. */
    reseed(seed: number): void {
      state = Math.imul(seed + 1, 0x9e37_79b1) >>> 0;
    },
  };
}

export interface WorldOptions {
  readonly limits?: PwresetOptions<ReturnType<typeof faultyStorage>>['limits'];
}

/** No test but those of limits should meet one. */
const roomy = { capacity: 1_000_000, refillMs: 1 };

const sessionOf = ({ cookie }: HttpHeaders): string | null =>
  typeof cookie === 'string' ? (/^session=(.+)$/.exec(cookie)?.[1] ?? null) : null;

export const dialectNames = ['sso', 'security', 'iam', 'profile', 'native'] as const;
export type DialectName = (typeof dialectNames)[number];

/** Where a dialect answers. */
export type Prefixes = Readonly<Record<DialectName, string>>;

export const ownNames: Prefixes = {
  sso: '/sso',
  security: '/security',
  iam: '/iam',
  profile: '/profile',
  native: '/native',
};

/** One of each dialect; those whose callers have no key speak for this service. */
export function dialectsFor(
  service: ServiceId,
  { now }: Pick<ManualClock, 'now'>,
  prefixes: Prefixes = ownNames,
): readonly Dialect<DirectoryPwreset>[] {
  const session = (token: string) => ({ token, expiresAt: now() + 60_000 });
  return [
    sso({
      prefix: prefixes.sso,
      beginSession: async () => ({ access: session('access-1'), refresh: session('refresh-1') }),
    }),
    security({ prefix: prefixes.security, service }),
    iam({
      prefix: prefixes.iam,
      service,
      currentUser: async ({ headers }) => {
        const id = sessionOf(headers);
        return id === null ? null : userId(id);
      },
    }),
    profile({
      prefix: prefixes.profile,
      describe: async ({ name }) => ({ username: name, attributes: { a: 1, 'b"c': 2 } }),
    }),
    native({ prefix: prefixes.native, service, changePasswordUrl: 'https://app.example/password' }),
  ];
}

/** Every dialect over one memory, each below its own name; all of them speak for one service, which has a key. */
export async function createBindingsWorld({ limits = {} }: WorldOptions = {}) {
  const storage = faultyStorage(memoryStorage());
  const clock = manualClock();
  const mailer = memoryMailer();
  const hasher = testHasher();
  const random = repeatableRandom();
  const pwreset = createPwreset({
    storage,
    clock,
    mailer,
    hasher,
    random,
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
    strength: () => 3,
    limits: { ip: roomy, service: roomy, ...limits },
    onEvent: () => {},
  });
  const service = async (name: string) => {
    const created = await pwreset.services.createWithKey({
      name,
      url: 'https://app.example',
      links: ssoLinks('https://app.example/local'),
      resetUrls: [profileResetUrl(resetPasswordUrl), codeUrl],
    });
    return { caller: created.service.id, key: created.value };
  };
  const { caller, key } = await service('Acme');
  const dialects = dialectsFor(caller, clock);
  const handler = createHandler({
    pwreset,
    dialects,
    onFault: () => {},
    openApi: { path: '/openapi.json', title: 'Acme', version: '1.0.0' },
  });

  let users = 0;
  /** Somebody whom nobody has met before. */
  async function createUser(): Promise<PublicUser> {
    users += 1;
    const email = `ann-${users}@example.com`;
    const { user } = await pwreset.users.create({
      service: caller,
      email,
      name: 'Ann',
      password,
      passwordAllowReset: true,
    });
    return user;
  }

  /** The token of the newest mail of this kind. */
  async function mailed(kind: MailKind, to: string): Promise<string> {
    await pwreset.idle();
    return new URL(mailer.lastLink(to, kind)).searchParams.get('token') ?? '';
  }

  async function resetToken(email: string): Promise<string> {
    await pwreset.beginReset({ service: caller, email });
    return mailed('reset', email);
  }

  async function code(email: string): Promise<string> {
    await pwreset.beginCodeReset({ service: caller, email });
    await pwreset.idle();
    const mail = mailer.lastMail(email, 'reset_code');
    return mail.kind === 'reset_code' ? mail.code : '';
  }

  async function revokeToken(email: string): Promise<string> {
    await pwreset.confirmReset({ service: caller, token: await resetToken(email), password: 'hat of seven colours' });
    return mailed('reset_notice', email);
  }

  async function userKey(owner: PublicUser) {
    return pwreset.keys.create({ service: caller, userId: owner.id, type: 'TOKEN', name: 'laptop' });
  }

  return {
    pwreset,
    storage,
    clock,
    mailer,
    hasher,
    random,
    caller,
    key,
    service,
    dialects,
    handler,
    createUser,
    mailed,
    resetToken,
    code,
    revokeToken,
    userKey,
  };
}

export type BindingsWorld = Awaited<ReturnType<typeof createBindingsWorld>>;
