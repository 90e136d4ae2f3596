import type { InputSource, Route } from '@pwreset/http';
import { type BindingsWorld, codeUrl, newPassword, password, resetPasswordUrl } from './bindings-world.js';
import type { RawRequest } from './raw.js';

/** A request that a row answers with success, in parts that can be spoilt one at a time. */
export interface GoodRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** `null` where the row reads no body. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

type Prepare = (world: BindingsWorld) => Promise<GoodRequest>;

const bearer = ({ key }: BindingsWorld) => [['Authorization', `Bearer ${key}`]] as const;
const alone = ({ key }: BindingsWorld) => [['Authorization', key]] as const;

/** Of the sso dialect, with the fields that follow from somebody new. */
const ssoFields =
  (fields: (world: BindingsWorld, email: string, id: string) => Promise<Readonly<Record<string, unknown>>>): Prepare =>
  async (world) => {
    const { email, id } = await world.createUser();
    return { headers: alone(world), fields: await fields(world, email, id) };
  };

const ssoUser =
  (fields: GoodRequest['fields']): Prepare =>
  async (world) => {
    const { id } = await world.createUser();
    return { headers: alone(world), params: { id }, fields };
  };

const open =
  (fields: (world: BindingsWorld, email: string) => Promise<Readonly<Record<string, unknown>>>): Prepare =>
  async (world) => ({ fields: await fields(world, (await world.createUser()).email) });

/** By operation, as OpenAPI names them. */
const prepare: Readonly<Record<string, Prepare>> = {
  'sso.createUser': async (world) => ({
    headers: bearer(world),
    // Another one each time, as the others are.
    fields: { email: `new-${(await world.createUser()).email}`, name: 'Änne 🔑', password, password_allow_reset: true },
  }),
  'sso.readUser': ssoUser(null),
  'sso.updateUser': ssoUser({ name: 'Anna', timezone: 'Europe/Zurich' }),
  'sso.deleteUser': ssoUser(null),
  'sso.createKey': ssoFields(async (_, __, id) => ({ name: 'laptop', type: 'TOKEN', user_id: id })),
  'sso.readKey': async (world) => {
    const { key } = await world.userKey(await world.createUser());
    return { headers: alone(world), params: { id: key.id }, fields: null };
  },
  'sso.verifyKey': async (world) => {
    const { value } = await world.userKey(await world.createUser());
    return { headers: alone(world), fields: { key: value } };
  },
  'sso.login': ssoFields(async (_, email) => ({ email, password })),
  'sso.beginReset': ssoFields(async (_, email) => ({ email })),
  'sso.confirmReset': ssoFields(async (world, email) => ({
    token: await world.resetToken(email),
    password: newPassword,
  })),
  'sso.revokeReset': ssoFields(async (world, email) => ({ token: await world.revokeToken(email) })),
  'sso.updatePassword': ssoFields(async (_, email) => ({ email, password, new_password: newPassword })),
  'sso.revokeUpdate': ssoFields(async (world, email) => ({ token: await world.revokeToken(email), audit: 'x' })),

  'security.beginReset': open(async (_, email) => ({ email })),
  'security.confirmReset': open(async (world, email) => ({
    token: await world.resetToken(email),
    password: newPassword,
  })),
  'security.revoke': open(async (world, email) => ({ token: await world.revokeToken(email) })),

  'iam.beginReset': open(async (_, email) => ({ email, resetPasswordUrl: codeUrl })),
  'iam.confirmReset': open(async (world, email) => ({
    email,
    verificationCode: await world.code(email),
    newPassword,
  })),
  'iam.updatePassword': async (world) => {
    const { id } = await world.createUser();
    return {
      headers: [['Cookie', `session=${id}`]],
      params: { userId: id },
      fields: { currentPassword: password, newPassword },
    };
  },

  'profile.resetPassword': async (world) => ({
    params: { id: (await world.createUser()).id },
    fields: { accessTokenId: world.key, resetPasswordUrl },
  }),
  'profile.changePassword': open(async (world, email) => ({
    accessTokenId: world.key,
    resetTokenId: await world.resetToken(email),
    newPassword,
  })),
  'profile.getProfile': async (world) => ({
    params: { id: (await world.createUser()).id },
    query: `accessTokenId=${world.key}&attributesToReturn=b"c`,
    fields: null,
  }),

  'native.beginReset': open(async (_, email) => ({ email })),
  'native.checkToken': open(async (world, email) => ({ token: await world.resetToken(email) })),
  'native.confirmReset': open(async (world, email) => ({
    token: await world.resetToken(email),
    password: newPassword,
  })),
  'native.beginCodeReset': open(async (_, email) => ({ email, resetUrl: codeUrl })),
  'native.confirmCodeReset': open(async (world, email) => ({
    email,
    code: await world.code(email),
    password: newPassword,
  })),
  'native.revoke': open(async (world, email) => ({ token: await world.revokeToken(email) })),
  'native.updatePassword': open(async (_, email) => ({ email, password, newPassword })),
  'native.beginUserReset': async (world) => ({
    headers: bearer(world),
    params: { id: (await world.createUser()).id },
    fields: { resetUrl: codeUrl },
  }),
  'native.findChangePasswordPage': async () => ({ fields: null }),
  'openapi.document': async () => ({ fields: null }),
};

/** A row of the handler's table. */
export interface Row {
  /** Its operation. */
  readonly name: string;
  readonly method: string;
  /** The whole path, with its placeholders. */
  readonly path: string;
  readonly reads: readonly InputSource[];
  readonly scheme: Route<never>['caller']['scheme'];
  readonly prepare: Prepare;
}

/** Every row of the world's handler. @throws Error for one that nothing above knows how to ask */
export function rowsOf({ dialects }: Pick<BindingsWorld, 'dialects'>): readonly Row[] {
  const described = dialects.flatMap(({ name: dialect, prefix, routes }) =>
    routes.map(({ method, path, wellKnown, reads, docs, caller: { scheme } }) => {
      const name = `${dialect}.${docs?.operation}`;
      return { name, method, path: wellKnown ? path : prefix + path, reads, scheme };
    }),
  );
  const document = {
    name: 'openapi.document',
    method: 'GET',
    path: '/openapi.json',
    reads: [],
    scheme: 'anyone',
  } as const;
  const rows = [...described, document].map((row) => {
    const known = prepare[row.name];
    if (known === undefined) throw new Error(`nobody knows how to ask ${row.name}`);
    return { ...row, prepare: known };
  });
  const left = Object.keys(prepare).filter((name) => !rows.some((row) => row.name === name));
  if (left.length > 0) throw new Error(`there is no row ${left.join(', ')}`);
  return rows;
}

/** One row of each dialect, with an id in its path where there is such a row. */
export const someRows = new Set([
  'sso.updateUser',
  'security.confirmReset',
  'iam.updatePassword',
  'profile.getProfile',
  'profile.resetPassword',
  'native.beginUserReset',
  'native.confirmReset',
  'openapi.document',
]);

export const jsonType = ['Content-Type', 'application/json'] as const;
export const formType = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

export const readsBody = ({ reads }: Pick<Row, 'reads'>): boolean => reads.includes('json') || reads.includes('form');

export const targetOf = ({ path }: Pick<Row, 'path'>, { params = {}, query = '' }: GoodRequest): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '') + (query === '' ? '' : `?${query}`);

/** The request on the wire, its body as JSON. */
export function asJson(row: Row, good: GoodRequest): RawRequest {
  const { headers = [], fields } = good;
  const request = { method: row.method, target: targetOf(row, good), headers };
  return fields === null ? request : { ...request, headers: [...headers, jsonType], body: JSON.stringify(fields) };
}

/** The same as a form. */
export function asForm(row: Row, good: GoodRequest): RawRequest {
  const pairs = Object.entries(good.fields ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    ...asJson(row, good),
    headers: [...(good.headers ?? []), formType],
    body: new URLSearchParams(pairs).toString(),
  };
}
