import {
  comparableAddress,
  createPwreset,
  createUser,
  type DirectoryStorage,
  defaultRealm,
  type MailKind,
  type PwresetOptions,
  serviceLinks,
  userId,
} from '@pwreset/core';
import * as z from 'zod';
import {
  createHandler,
  type HttpBody,
  type HttpResponse,
  type NativeOptions,
  native,
  type ProfileOptions,
  profile,
  profileResetUrl,
} from '../src/index.js';
import { declared } from './declared.js';
import { memoryParts } from './memory-parts.js';

export const email = 'ann@example.com';
export const password = 'correct horse battery';
export const newPassword = 'violet teapot on the moon';
export const resetPasswordUrl = 'https://app.example/reset?lang=en';

const service = {
  name: 'Acme',
  url: 'https://app.example',
  links: serviceLinks({
    reset: 'https://app.example/set?token={{token}}',
    revoke: 'https://app.example/not-me?token={{token}}',
  }),
  resetUrls: [profileResetUrl(resetPasswordUrl), 'https://app.example/typed?code={{code}}'],
};

export const bytes = (text: string): HttpBody => ({ kind: 'bytes', bytes: new TextEncoder().encode(text) });
export const jsonType = { 'content-type': 'application/json' } as const;
export const formType = { 'content-type': 'application/x-www-form-urlencoded' } as const;

/** What a test may say of a request; the rest is that of a well-behaved client. */
export interface Call {
  readonly json?: unknown;
  /** Sent as a form as it is, instead of `json`. */
  readonly form?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The key of a service, as a bearer token. */
  readonly key?: string;
  readonly ip?: string;
  /** Sent as it is, with the headers that are given. */
  readonly body?: HttpBody;
}

interface WorldOptions {
  readonly core?: Partial<PwresetOptions<DirectoryStorage>>;
  readonly native?: NativeOptions;
  readonly profile?: ProfileOptions;
}

/** A handler with the native and the profile dialect side by side over memory, and a service with a key. */
export async function createWorld(options: WorldOptions = {}) {
  const parts = memoryParts();
  const { memory, storage, clock, mailer, hasher, events, faults, kept, onFault } = parts;
  const pwreset = createPwreset({
    ...parts.options,
    service,
    ...options.core,
  });
  const dialects = [native(options.native), profile(options.profile)];
  const handle = declared(createHandler({ pwreset, dialects, onFault }), dialects);
  const { service: caller, value: key } = await pwreset.services.createWithKey({ ...service, name: 'Portal' });

  function call(method: string, path: string, given: Call = {}): Promise<HttpResponse> {
    const { json, form, query = '', ip = '192.0.2.1' } = given;
    const type = form !== undefined ? formType : json !== undefined ? jsonType : {};
    return handle({
      method,
      path,
      query,
      headers: { ...type, ...(given.key !== undefined && { authorization: `Bearer ${given.key}` }), ...given.headers },
      body: given.body ?? bytes(form ?? (json === undefined ? '' : JSON.stringify(json))),
      ip,
    });
  }
  const post = (path: string, json: unknown, given: Call = {}) => call('POST', path, { json, ...given });

  async function addUser(address: string, fields: Partial<Parameters<typeof pwreset.users.create>[0]> = {}) {
    const { user } = await pwreset.users.create({ email: address, name: 'Ann', password, ...fields });
    return user.id;
  }

  /** A user with an id that the library would not have made. */
  async function addUserWithId(id: string, address: string): Promise<void> {
    const comparable = comparableAddress(address);
    if (comparable === null) throw new TypeError('no address');
    const fields = {
      name: 'Ann',
      locale: 'en',
      timezone: 'Etc/UTC',
      enabled: true,
      stored: await hasher.hash(password),
    };
    const flags = { passwordAllowReset: true, passwordRequireUpdate: false, createdAt: clock.now() };
    const who = { id: userId(id), realm: defaultRealm, email: address, address: comparable };
    await storage.commit([createUser({ ...who, ...fields, ...flags })]);
  }

  /** The value of a parameter of the newest mail's link. */
  async function mailed(kind: MailKind, parameter = 'token', to = email): Promise<string> {
    await pwreset.idle();
    return new URL(mailer.lastLink(to, kind)).searchParams.get(parameter) ?? '';
  }

  async function mailedCode(to = email): Promise<string> {
    await pwreset.idle();
    const mail = mailer.lastMail(to, 'reset_code');
    if (mail.kind !== 'reset_code') throw new TypeError('no code');
    return mail.code;
  }

  const worksNow = async (withPassword: string, address = email): Promise<boolean> =>
    pwreset.login({ email: address, password: withPassword, limitBy: 'service' }).then(
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
    handle,
    caller,
    key,
    call,
    post,
    addUser,
    addUserWithId,
    mailed,
    mailedCode,
    kept,
    worksNow,
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

export const bodyOf = (response: HttpResponse): unknown => JSON.parse(response.body);

/** Status and body. */
export const shown = (response: HttpResponse) => ({ status: response.status, json: bodyOf(response) });

const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.strictObject({ detail: z.string(), pointer: z.string(), code: z.string() })).optional(),
});

/** `status code`, then `pointer code` of each error, of an answer that has to be problem details. */
export function problemOf(response: HttpResponse): readonly string[] {
  const { status, code, errors = [] } = problem.parse(bodyOf(response));
  const type = response.headers['Content-Type'];
  if (status !== response.status || type !== 'application/problem+json; charset=utf-8') {
    throw new Error(`status ${response.status} of type ${type} says it is ${status}`);
  }
  return [`${status} ${code}`, ...errors.map((error) => `${error.pointer} ${error.code}`)];
}
