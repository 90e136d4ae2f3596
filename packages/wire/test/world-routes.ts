import type { UserId } from '@pwreset/core';
import type { RawRequest } from './raw.js';

/** One route of a dialect, as far as an attack has to know it. */
export interface WireRoute {
  readonly name: string;
  readonly method: 'POST' | 'PUT';
  /** With `{id}` for a user's id. */
  readonly path: string;
  readonly media: 'json' | 'form' | 'query';
  /** Where the service's key goes. */
  readonly key: 'header' | 'parameter' | 'none';
  /** What the route calls each part of its input. */
  readonly names: Readonly<Partial<Record<Part, string>>>;
  /** What it needs besides. */
  readonly further?: Readonly<Record<string, string>>;
  /** Of a success. */
  readonly status: 200 | 202;
  /** Of a token that is no good, and of a password that is refused. */
  readonly refusals?: { readonly token?: number; readonly password?: number };
}

export type Part = 'email' | 'token' | 'code' | 'password' | 'newPassword' | 'resetUrl';

const local = '/v1/auth/provider/local';
const iamUsers = '/v1/authentication/users';
export const codeUrl = 'https://app.example/forgot?code={{code}}';
export const profileUrl = 'https://app.example/account';

const json = { method: 'POST', media: 'json', key: 'none', status: 200 } as const;
const sso = { ...json, key: 'header' } as const;
const native = { ...json, status: 202 } as const;
const profile = { ...json, media: 'form', key: 'parameter' } as const;
const email = { email: 'email' } as const;
const link = { token: 'token', newPassword: 'password' } as const;

/** Whoever has an address may begin. The answer of each is the same for every address. */
export const beginRoutes: readonly WireRoute[] = [
  { ...sso, name: 'sso', path: `${local}/reset-password`, names: email },
  { ...json, name: 'security', path: '/security/reset-password/begin', names: email },
  {
    ...json,
    name: 'iam',
    path: `${iamUsers}/password/reset-request/email`,
    names: { ...email, resetUrl: 'resetPasswordUrl' },
    further: { resetPasswordUrl: codeUrl },
  },
  { ...native, name: 'native link', path: '/password-resets', names: email },
  { ...native, name: 'native link, form', path: '/password-resets', media: 'form', names: email },
  { ...native, name: 'native link, key', path: '/password-resets', key: 'header', names: email },
  { ...native, name: 'native code', path: '/password-codes', names: { ...email, resetUrl: 'resetUrl' } },
  { ...native, name: 'native code, form', path: '/password-codes', media: 'form', names: email },
];

/** A service begins for a user whom it names by id. */
export const beginByIdRoutes: readonly WireRoute[] = [
  {
    ...profile,
    name: 'profile',
    path: '/api/1/profile/{id}/reset_password',
    names: { resetUrl: 'resetPasswordUrl' },
    further: { resetPasswordUrl: profileUrl },
  },
  {
    ...profile,
    media: 'query',
    name: 'profile, query',
    path: '/api/1/profile/{id}/reset_password',
    names: { resetUrl: 'resetPasswordUrl' },
    further: { resetPasswordUrl: profileUrl },
  },
  {
    ...native,
    key: 'header',
    name: 'native user',
    path: '/users/{id}/password-resets',
    names: { resetUrl: 'resetUrl' },
  },
];

/** Where a caller may say where the mail's link leads. */
export const resetUrlRoutes = [...beginRoutes, ...beginByIdRoutes].filter(({ names }) => names.resetUrl !== undefined);

/** A code that was typed; each takes the token of a link in its place. */
export const codeRoutes: readonly WireRoute[] = [
  {
    ...json,
    name: 'iam',
    method: 'PUT',
    path: `${iamUsers}/password`,
    names: { ...email, code: 'verificationCode', token: 'verificationCode', newPassword: 'newPassword' },
  },
  {
    ...json,
    name: 'native code',
    path: '/password-codes/confirm',
    names: { ...email, code: 'code', token: 'code', newPassword: 'password' },
    refusals: { password: 422 },
  },
];

/** The token of a link and a new password. */
export const confirmRoutes: readonly WireRoute[] = [
  { ...sso, name: 'sso', path: `${local}/reset-password/confirm`, names: link },
  { ...json, name: 'security', path: '/security/reset-password/reset', names: link },
  ...codeRoutes,
  {
    ...profile,
    name: 'profile',
    path: '/api/1/profile/change_password',
    names: { token: 'resetTokenId', newPassword: 'newPassword' },
    refusals: { token: 404 },
  },
  { ...json, name: 'native', path: '/password-resets/confirm', names: link, refusals: { password: 422 } },
  {
    ...json,
    name: 'native, form',
    path: '/password-resets/confirm',
    media: 'form',
    names: link,
    refusals: { password: 422 },
  },
];

export const revokeRoutes: readonly WireRoute[] = [
  { ...sso, name: 'sso reset', path: `${local}/reset-password/revoke`, names: { token: 'token' } },
  { ...sso, name: 'sso update', path: `${local}/update-password/revoke`, names: { token: 'token' } },
  { ...json, name: 'security', path: '/security/reset-password/revoke', names: { token: 'token' } },
  { ...json, name: 'native', path: '/revocations', names: { token: 'token' } },
  { ...json, name: 'native, form', path: '/revocations', media: 'form', names: { token: 'token' } },
];

export const checkRoute: WireRoute = {
  ...json,
  name: 'native',
  path: '/password-resets/check',
  names: { token: 'token' },
};

/** Whoever knows an address and its password. */
export const passwordRoutes: readonly WireRoute[] = [
  { ...sso, name: 'sso login', path: `${local}/login`, names: { ...email, password: 'password' } },
  {
    ...sso,
    name: 'sso update',
    path: `${local}/update-password`,
    names: { ...email, password: 'password', newPassword: 'new_password' },
  },
  {
    ...json,
    name: 'native change',
    path: '/password-changes',
    names: { ...email, password: 'password', newPassword: 'newPassword' },
  },
];

/** Who calls, and of which user it speaks. */
export interface Caller {
  readonly key: string;
  readonly userId: UserId;
}

export interface Sent {
  /** Beside what the route has names for; where both say the same field, this wins. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: readonly (readonly [string, string])[];
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  readonly query?: string;
}

const mediaTypes = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  query: null,
} as const;

/** Lists as repeated names, objects as names in brackets, `null` and what is left out as nothing. */
function formOf(fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((item) => [name, String(item)]);
    if (typeof value === 'object')
      return Object.entries(value).map(([inner, item]) => [`${name}[${inner}]`, String(item)]);
    return [[name, String(value)]];
  });
  return new URLSearchParams(pairs).toString();
}

/** A request to a route. Values may be of any type: an attacker's are. */
export function requestOf(
  route: WireRoute,
  { key, userId }: Caller,
  values: Readonly<Partial<Record<Part, unknown>>>,
  sent: Sent = {},
): RawRequest {
  const { method, path, media, names, further = {} } = route;
  const named = Object.entries(names).flatMap(([part, name]) => {
    const value = Object.entries(values).find(([given]) => given === part);
    return value === undefined ? [] : [[name, value[1]] as const];
  });
  const fields = {
    ...(route.key === 'parameter' && { accessTokenId: key }),
    ...further,
    ...Object.fromEntries(named),
    ...sent.fields,
  };
  const type = mediaTypes[media];
  const text = sent.body ?? (media === 'json' ? JSON.stringify(fields) : formOf(fields));
  const query = [media === 'query' ? text.toString() : '', sent.query ?? ''].filter((part) => part !== '').join('&');
  const given = new Set((sent.headers ?? []).map(([name]) => name.toLowerCase()));
  const headers: readonly (readonly [string, string])[] = [
    ...(route.key === 'header' ? [['Authorization', `Bearer ${key}`] as const] : []),
    ...(type === null ? [] : [['Content-Type', type] as const]),
  ].filter(([name]) => !given.has(name.toLowerCase()));
  return {
    method,
    target: `${path.replace('{id}', encodeURIComponent(userId))}${query === '' ? '' : `?${query}`}`,
    headers: [...headers, ...(sent.headers ?? [])],
    ...(media !== 'query' && { body: text }),
  };
}

/** Goes through a list again and again. */
export function nth<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('the list is empty');
  return item;
}

/** The route with this name. */
export function named(routes: readonly WireRoute[], name: string): WireRoute {
  const route = routes.find((each) => each.name === name);
  if (route === undefined) throw new Error(`there is no route ${name}`);
  return route;
}
