import {
  createPwreset,
  type DirectoryPwreset,
  type DirectoryStorage,
  type Mail,
  type PublicUser,
  type PwresetOptions,
  serviceId,
} from '@pwreset/core';
import {
  createHandler,
  type Dialect,
  type HttpBody,
  type HttpHeaders,
  type HttpResponse,
  iam,
  security,
  securityLinks,
} from '../src/index.js';
import { declared } from './declared.js';
import { bodyOf, bytes, jsonType } from './fixture.js';
import { memoryParts } from './memory-parts.js';

export const ann = 'ann@example.com';
export const password = 'correct horse battery';
export const newPassword = 'staple staple staple';
export const resetPasswordUrl = 'https://app.example/forgot-password?code={{code}}';

export const begin = '/security/reset-password/begin';
export const reset = '/security/reset-password/reset';
export const revoke = '/security/reset-password/revoke';
const users = '/v1/authentication/users';
export const requestCode = `${users}/password/reset-request/email`;
export const confirmCode = `${users}/password`;
export const ownPassword = (id: string) => `${users}/${id}/password`;

/** Who is signed in, as the applications of these tests know it. */
export const signedIn = (id: string) => ({ cookie: `session=${id}` });
const sessionOf = ({ cookie }: HttpHeaders): string =>
  typeof cookie === 'string' ? cookie.replace(/^session=/, '') : '';

export interface OpenCall {
  readonly headers?: HttpHeaders;
  readonly ip?: string | null;
  /** Sent as it is, instead of `json`. */
  readonly body?: HttpBody;
}

interface WorldOptions {
  readonly core?: Partial<PwresetOptions<DirectoryStorage>>;
  /** Both dialects of these tests by default. */
  readonly dialects?: readonly Dialect<DirectoryPwreset>[];
}

/** A handler over memory for callers without a key, in the name of one configured service; it checks that answers are declared. */
export async function createOpenWorld(options: WorldOptions = {}) {
  const parts = memoryParts();
  const { memory, storage, clock, mailer, hasher, events, faults, kept, onFault } = parts;
  const pwreset = createPwreset({
    ...parts.options,
    service: {
      name: 'Acme',
      url: 'https://app.example',
      links: securityLinks('app.example'),
      resetUrls: [resetPasswordUrl],
    },
    ...options.core,
  });
  const people = new Map<string, PublicUser>();
  const handlerOf = (dialects: readonly Dialect<DirectoryPwreset>[]) =>
    declared(createHandler({ pwreset, dialects, onFault }), dialects);
  const both = [security(), iam({ currentUser: async ({ headers }) => people.get(sessionOf(headers))?.id ?? null })];
  let handle = handlerOf(options.dialects ?? both);

  function call(method: string, path: string, json?: unknown, given: OpenCall = {}): Promise<HttpResponse> {
    const { headers = {}, ip = '192.0.2.1' } = given;
    const [pathname = '', query = ''] = path.split('?');
    return handle({
      method,
      path: pathname,
      query,
      headers: { ...(json === undefined ? {} : jsonType), ...headers },
      body: given.body ?? bytes(json === undefined ? '' : JSON.stringify(json)),
      ip,
    });
  }
  const post = (path: string, json?: unknown, given?: OpenCall) => call('POST', path, json, given);
  const put = (path: string, json?: unknown, given?: OpenCall) => call('PUT', path, json, given);

  /** Serves these dialects from now on: for mounts that need the id of a service that the world has created. */
  function mount(dialects: readonly Dialect<DirectoryPwreset>[]): void {
    handle = handlerOf(dialects);
  }

  type Fields = Partial<Parameters<typeof pwreset.users.create>[0]>;

  /** A user who can sign in, unless `fields` say otherwise. */
  async function createUser(email: string = ann, fields: Fields = {}): Promise<PublicUser> {
    const { user } = await pwreset.users.create({
      service: serviceId('default'),
      email,
      name: 'Ann',
      password,
      passwordAllowReset: true,
      ...fields,
    });
    people.set(user.id, user);
    return user;
  }

  /** The token in the newest mail of this kind. */
  function mailedToken(kind: Mail['kind'], to: string = ann): string {
    const { searchParams } = new URL(mailer.lastLink(to, kind));
    return searchParams.get('token') ?? searchParams.get('code') ?? '';
  }

  /** The token of a link that the security dialect was asked for. */
  async function resetToken(to: string = ann): Promise<string> {
    await post(begin, { email: to });
    await pwreset.idle();
    return mailedToken('reset', to);
  }

  /** What the iam dialect's mail has: the code to be typed and the link's token. */
  async function mailedCode(to: string = ann, given?: OpenCall) {
    await post(requestCode, { email: to, resetPasswordUrl }, given);
    await pwreset.idle();
    const mail = mailer.lastMail(to, 'reset_code');
    return { code: mail.kind === 'reset_code' ? mail.code : '', token: mailedToken('reset_code', to) };
  }

  /** Whether the password is the user's. */
  const opens = (withPassword: string, email: string = ann): Promise<boolean> =>
    pwreset.login({ email, password: withPassword }).then(
      () => true,
      () => false,
    );

  return {
    pwreset,
    storage,
    memory,
    clock,
    mailer,
    hasher,
    events,
    faults,
    call,
    post,
    put,
    mount,
    createUser,
    mailedToken,
    resetToken,
    mailedCode,
    opens,
    kept,
  };
}

export type OpenWorld = Awaited<ReturnType<typeof createOpenWorld>>;

/** Status and body, as far as an error of either dialect has them. */
export const shownOf = (response: HttpResponse) => ({ status: response.status, json: bodyOf(response) });

export const invalidLink = {
  status: 400,
  json: { message: 'The reset password link is invalid. Please try to reset your password again.' },
};

/** What the security dialect says of fields, each with the one rule that it does not keep. */
export const rulesBroken = (errors: Readonly<Record<string, Readonly<Record<string, string>>>>) => ({
  status: 400,
  json: { message: 'The request data failed the validation rules', errors },
});

export const wrongCode = {
  status: 400,
  json: { code: 'invalid_token', message: 'The verification code is wrong or has expired.' },
};

/** What the iam dialect says of fields. */
export const badInput = (...errors: readonly { readonly field: string; readonly problem: string }[]) => ({
  status: 400,
  json: { code: 'invalid_input', message: 'The input is malformed or incomplete.', errors },
});
