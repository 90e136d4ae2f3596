import { createPwreset, serviceLinks } from '@pwreset/core';
import { createHandler, native } from '@pwreset/http';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { serverKinds } from './servers.js';
import { clientFolder } from './typed-client.js';

const start = `
import type { Client } from 'openapi-fetch';
import type { paths } from './native.js';
`;

/** Another client's whole code: begin, mail, check, confirm, notice, revocation. */
const flow = `${start}
interface Steps {
  readonly email: string;
  readonly password: string;
  readonly resetToken: () => Promise<string>;
  readonly revokeToken: () => Promise<string>;
}

export async function run(client: Client<paths>, { email, password, resetToken, revokeToken }: Steps) {
  const begun = await client.POST('/password-resets', { body: { email } });
  const token = await resetToken();
  const check = await client.POST('/password-resets/check', { body: { token } });
  const purpose: 'reset' | 'reset_code' | 'revoke' | null = check.data?.valid === true ? check.data.purpose : null;
  const refused = await client.POST('/password-resets/confirm', { body: { token, password: 'short' } });
  const reasons: readonly string[] = refused.error?.errors?.map(({ pointer, code }) => pointer + ' ' + code) ?? [];
  const confirmed = await client.POST('/password-resets/confirm', { body: { token, password } });
  const strength: 0 | 1 | 2 | 3 | 4 | null | undefined = confirmed.data?.passwordStrength;
  const again = await client.POST('/password-resets/confirm', { body: { token, password } });
  const code: string | undefined = again.error?.code;
  const revoked = await client.POST('/revocations', { body: { token: await revokeToken() } });
  const audit: string | undefined = revoked.data?.audit;
  const nobody = await client.POST('/users/{id}/password-resets', { params: { path: { id: 'x' } }, body: {} });
  return {
    statuses: [begun, check, refused, confirmed, again, revoked, nobody].map(({ response }) => response.status),
    purpose, reasons, strength, code, audit,
  };
}
`;

const client = `${start}
declare const client: Client<paths>;
`;

/** Each is wrong in one place, where the compiler has to say so. */
const wrong: Readonly<Record<string, readonly [program: string, error: RegExp]>> = {
  'a path that is not there': [
    `await client.POST('/password-reset', { body: { email: '' } });`,
    /'"\/password-reset"' is not assignable/,
  ],
  'a method that is not there': [`await client.GET('/password-resets');`, /'"\/password-resets"' is not assignable/],
  'no body': [`await client.POST('/password-resets', {});`, /Property 'body' is missing/],
  'a field that is missing': [
    `await client.POST('/password-resets/confirm', { body: { token: '' } });`,
    /Property 'password' is missing/,
  ],
  'a field of another type': [
    `await client.POST('/password-resets', { body: { email: 7 } });`,
    /'number' is not assignable to type 'string'/,
  ],
  'a field with another name': [
    `await client.POST('/password-resets', { body: { mail: '' } });`,
    /'mail' does not exist/,
  ],
  'no id in the path': [
    `await client.POST('/users/{id}/password-resets', { body: {} });`,
    /Property 'params' is missing/,
  ],
  'an answer’s field that is not there': [
    `const { data } = await client.POST('/revocations', { body: { token: '' } }); data?.user;`,
    /'user' does not exist/,
  ],
  'a problem’s field that is not there': [
    `const { error } = await client.POST('/revocations', { body: { token: '' } }); error?.message;`,
    /'message' does not exist/,
  ],
  'a purpose of a token that is none': [
    `const { data } = await client.POST('/password-resets/check', { body: { token: '' } }); data?.purpose;`,
    /Property 'purpose' does not exist/,
  ],
};

const names = Object.keys(wrong);
let folder: Awaited<ReturnType<typeof clientFolder>>;

// Generating and compiling take seconds, so all programs are compiled at once.
beforeAll(async () => {
  const programs = names.map((name, index) => [`wrong-${index}`, client + (wrong[name]?.[0] ?? '')] as const);
  folder = await clientFolder({ flow, ...Object.fromEntries(programs) });
}, 60_000);
afterAll(() => folder.remove());

test('the types that are made from the document compile', { timeout: 60_000 }, () => {
  expect(folder.errorsOf('native.d.ts')).toEqual([]);
  expect(folder.errorsOf('flow.ts')).toEqual([]);
});

test.each(names.map((name, index) => [name, index] as const))(
  '%s does not compile',
  { timeout: 60_000 },
  (name, index) => {
    const errors = folder.errorsOf(`wrong-${index}.ts`);
    expect(errors).toEqual([expect.stringMatching(wrong[name]?.[1] ?? /never/)]);
  },
);

interface Flow {
  readonly run: (client: object, steps: object) => Promise<unknown>;
}

const isFlow = (loaded: unknown): loaded is Flow =>
  typeof loaded === 'object' && loaded !== null && 'run' in loaded && typeof loaded.run === 'function';

test('the program that compiled does a whole reset, and takes it back', async () => {
  const mailer = memoryMailer();
  const pwreset = createPwreset({
    storage: memoryStorage(),
    mailer,
    hasher: testHasher(),
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
    strength: () => 4,
    service: {
      name: 'Acme',
      url: 'https://app.example',
      links: serviceLinks({
        reset: 'https://app.example/reset?token={{token}}',
        revoke: 'https://app.example/not-me?token={{token}}',
      }),
    },
  });
  const server = await serverKinds.node(createHandler({ pwreset, dialects: [native()] }));
  onTestFinished(async () => {
    await server.close();
    await pwreset.close();
  });
  const email = 'ann@example.com';
  const { user } = await pwreset.users.create({
    email,
    name: 'Ann',
    password: 'correct horse battery',
    passwordAllowReset: true,
  });
  const mailed = (kind: 'reset' | 'reset_notice') => async () => {
    await pwreset.idle();
    return new URL(mailer.lastLink(email, kind)).searchParams.get('token');
  };

  const loaded = await folder.load('flow');
  if (!isFlow(loaded)) throw new TypeError('the program has no run');
  const steps = {
    email,
    password: 'violet teapot on the moon',
    resetToken: mailed('reset'),
    revokeToken: mailed('reset_notice'),
  };
  expect(await loaded.run(createClient({ baseUrl: server.url }), steps)).toEqual({
    statuses: [202, 200, 422, 200, 400, 200, 401],
    purpose: 'reset',
    reasons: ['#/password too_short'],
    strength: 4,
    code: 'invalid_token',
    audit: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(await pwreset.users.get(user.id)).toMatchObject({ enabled: false, credentialState: 'unusable' });
});
