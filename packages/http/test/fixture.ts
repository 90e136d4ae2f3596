import { createPwreset, type DirectoryStorage, type PwresetOptions } from '@pwreset/core';
import * as z from 'zod';
import { createHandler, type HttpBody, type HttpResponse, type SsoOptions, sso, ssoLinks } from '../src/index.js';
import { declared } from './declared.js';
import { memoryParts } from './memory-parts.js';

export const localUrl = 'https://app.example/local?lang=en';
export const password = 'correct horse battery';
export const local = '/v1/auth/provider/local';
export const jsonType = { 'content-type': 'application/json' } as const;

/** What a test may say of a request; the rest is that of a well-behaved client. */
export interface Call {
  /** The Authorization header; the service's key by default. */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ip?: string;
  /** Sent as it is, instead of `json`. */
  readonly body?: HttpBody;
}

export const bytes = (text: string): HttpBody => ({ kind: 'bytes', bytes: new TextEncoder().encode(text) });

interface WorldOptions {
  readonly core?: Partial<PwresetOptions<DirectoryStorage>>;
  readonly sso?: SsoOptions;
}

/** A handler with the sso dialect over memory, one service and a client of it. */
export async function createWorld(options: WorldOptions = {}) {
  const parts = memoryParts();
  const { memory, storage, clock, mailer, hasher, events, faults, kept, onFault } = parts;
  const pwreset = createPwreset({
    ...parts.options,
    ...options.core,
  });
  const dialects = [sso(options.sso)];
  const handle = declared(createHandler({ pwreset, dialects, onFault }), dialects);
  const service = await createService('Acme');

  async function createService(name: string) {
    const { service, value } = await pwreset.services.createWithKey({
      name,
      url: 'https://app.example',
      links: ssoLinks(localUrl),
    });
    return { id: service.id, key: value };
  }

  function call(method: string, path: string, json?: unknown, given: Call = {}): Promise<HttpResponse> {
    const { authorization = service.key, headers = json === undefined ? {} : jsonType, ip = '192.0.2.1' } = given;
    const [pathname = '', query = ''] = path.split('?');
    return handle({
      method,
      path: pathname,
      query,
      headers: { ...(authorization === null ? {} : { authorization }), ...headers },
      body: given.body ?? bytes(json === undefined ? '' : JSON.stringify(json)),
      ip,
    });
  }
  const post = (path: string, json?: unknown, given?: Call) => call('POST', path, json, given);

  async function createUser(email: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const body = { name: 'Ann', email, password, password_allow_reset: true, ...fields };
    return dataOf(await post('/v1/user', body)).id;
  }

  /** The token in the newest mail of this kind. */
  function mailedToken(to: string, kind: 'reset' | 'reset_notice' | 'update_notice'): string {
    return new URL(mailer.lastLink(to, kind)).searchParams.get('token') ?? '';
  }

  async function resetToken(email: string): Promise<string> {
    await post(`${local}/reset-password`, { email });
    await pwreset.idle();
    return mailedToken(email, 'reset');
  }

  return {
    kept,
    pwreset,
    storage,
    memory,
    clock,
    mailer,
    hasher,
    events,
    faults,
    handle,
    service,
    createService,
    call,
    post,
    createUser,
    mailedToken,
    resetToken,
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

export const bodyOf = (response: HttpResponse): unknown => JSON.parse(response.body);

const withId = z.object({ data: z.looseObject({ id: z.string() }) });
export const dataOf = (response: HttpResponse): { readonly [name: string]: unknown; readonly id: string } =>
  withId.parse(bodyOf(response)).data;

/** Status and body of an error of the sso dialect without details. */
export const errorBody = (status: number, code: number, name: string) => ({
  status,
  json: { error: name, code, message: name },
});

const wireError = z.looseObject({ error: z.string(), code: z.number(), message: z.string() });

/** What an error of the sso dialect says, its `details` apart. */
export function shown(response: HttpResponse) {
  const { details: _, ...json } = wireError.parse(bodyOf(response));
  return { status: response.status, json };
}

const detailed = z.object({
  details: z.tuple([
    z.strictObject({
      '@type': z.literal('type.googleapis.com/google.rpc.BadRequest'),
      field_violations: z.array(z.strictObject({ field: z.string(), description: z.string() })),
    }),
  ]),
});

/** `field: problem` of each detail. */
export const problemsOf = (response: HttpResponse): readonly string[] =>
  detailed
    .parse(bodyOf(response))
    .details[0].field_violations.map(({ field, description }) => `${field}: ${description}`);

/** What the wire formats' own tests call a malformed body, and everything else on an auth route. */
export const validationError = errorBody(400, 3, 'ValidationError');
export const redactedError = errorBody(400, 3, 'RedactedError');
export const unauthenticated = errorBody(401, 16, 'RedactedError');
