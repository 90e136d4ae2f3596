import type { HttpResponse } from '@pwreset/http';
import {
  type BindingsWorld,
  codeUrl,
  type DialectName,
  newPassword,
  password,
  resetPasswordUrl,
} from './bindings-world.js';

/** Whose password it is. */
export interface Somebody {
  readonly id: string;
  readonly email: string;
}

/** What a mail brought: a link's token, and a code where there is one. */
export interface Brought {
  readonly token: string;
  readonly code: string | null;
}

type Json = Readonly<Record<string, unknown>>;
/** What is asked, and by whom. */
export type Asking = Pick<BindingsWorld, 'handler' | 'caller' | 'key' | 'pwreset' | 'mailer'>;

interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly ip?: string | undefined;
}

/** One request with JSON, from this address. */
export function post(
  { handler }: Pick<Asking, 'handler'>,
  path: string,
  json: Json,
  { headers = {}, method = 'POST', ip = '192.0.2.1' }: PostOptions = {},
): Promise<HttpResponse> {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  const all = { 'content-type': 'application/json', ...headers };
  return handler({ method, path, query: '', headers: all, body: { kind: 'bytes', bytes }, ip });
}

export interface Row<Given> {
  readonly name: string;
  readonly dialect: DialectName;
  readonly ask: (world: Asking, at: string, given: Given) => Promise<HttpResponse>;
}

const key = ({ key: value }: Asking) => ({ headers: { authorization: `Bearer ${value}` } });
const local = '/v1/auth/provider/local';
const users = '/v1/authentication/users';

/** Every row after which a mail brings a token. */
export const beginRows: readonly Row<Somebody>[] = [
  {
    name: 'sso reset-password',
    dialect: 'sso',
    ask: (world, at, { email }) => post(world, `${at}${local}/reset-password`, { email }, key(world)),
  },
  {
    name: 'security begin',
    dialect: 'security',
    ask: (world, at, { email }) => post(world, `${at}/security/reset-password/begin`, { email }),
  },
  {
    name: 'iam reset-request',
    dialect: 'iam',
    ask: (world, at, { email }) =>
      post(world, `${at}${users}/password/reset-request/email`, { email, resetPasswordUrl: codeUrl }),
  },
  {
    name: 'profile reset_password',
    dialect: 'profile',
    ask: (world, at, { id }) =>
      post(world, `${at}/api/1/profile/${id}/reset_password`, { accessTokenId: world.key, resetPasswordUrl }),
  },
  {
    name: 'native password-resets',
    dialect: 'native',
    ask: (world, at, { email }) => post(world, `${at}/password-resets`, { email }),
  },
  {
    name: 'native password-codes',
    dialect: 'native',
    ask: (world, at, { email }) => post(world, `${at}/password-codes`, { email, resetUrl: codeUrl }),
  },
  {
    name: 'native users/{id}/password-resets',
    dialect: 'native',
    ask: (world, at, { id }) => post(world, `${at}/users/${id}/password-resets`, {}, key(world)),
  },
];

/** What a confirm is given. */
export interface Confirmation {
  readonly email: string;
  /** Of a link, or a code. */
  readonly token: string;
  readonly ip?: string;
}

interface ConfirmRow extends Row<Confirmation> {
  /** Whether it takes a code in place of a link's token. */
  readonly takesCodes: boolean;
}

/** Every row that sets a password by what a mail brought. */
export const confirmRows: readonly ConfirmRow[] = [
  {
    name: 'sso confirm',
    dialect: 'sso',
    takesCodes: false,
    ask: (world, at, { token }) =>
      post(world, `${at}${local}/reset-password/confirm`, { token, password: newPassword }, key(world)),
  },
  {
    name: 'security reset',
    dialect: 'security',
    takesCodes: false,
    ask: (world, at, { token, ip }) =>
      post(world, `${at}/security/reset-password/reset`, { token, password: newPassword }, { ip }),
  },
  {
    name: 'iam password',
    dialect: 'iam',
    takesCodes: true,
    ask: (world, at, { email, token, ip }) =>
      post(world, `${at}${users}/password`, { email, verificationCode: token, newPassword }, { method: 'PUT', ip }),
  },
  {
    name: 'profile change_password',
    dialect: 'profile',
    takesCodes: false,
    ask: (world, at, { token }) =>
      post(world, `${at}/api/1/profile/change_password`, {
        accessTokenId: world.key,
        resetTokenId: token,
        newPassword,
      }),
  },
  {
    name: 'native password-resets/confirm',
    dialect: 'native',
    takesCodes: false,
    ask: (world, at, { token, ip }) =>
      post(world, `${at}/password-resets/confirm`, { token, password: newPassword }, { ip }),
  },
  {
    name: 'native password-codes/confirm',
    dialect: 'native',
    takesCodes: true,
    ask: (world, at, { email, token, ip }) =>
      post(world, `${at}/password-codes/confirm`, { email, code: token, password: newPassword }, { ip }),
  },
];

/** Every row that changes a password by the current one. */
export const updateRows: readonly Row<Somebody>[] = [
  {
    name: 'sso update-password',
    dialect: 'sso',
    ask: (world, at, { email }) =>
      post(world, `${at}${local}/update-password`, { email, password, new_password: newPassword }, key(world)),
  },
  {
    name: 'iam users/{userId}/password',
    dialect: 'iam',
    ask: (world, at, { id }) =>
      post(
        world,
        `${at}${users}/${id}/password`,
        { currentPassword: password, newPassword },
        { method: 'PUT', headers: { cookie: `session=${id}` } },
      ),
  },
  {
    name: 'native password-changes',
    dialect: 'native',
    ask: (world, at, { email }) => post(world, `${at}/password-changes`, { email, password, newPassword }),
  },
];

/** Every row that disables a user by the token of a notice. */
export const revokeRows: readonly Row<{ readonly token: string }>[] = [
  ...['reset-password', 'update-password'].map(
    (path): Row<{ readonly token: string }> => ({
      name: `sso ${path}/revoke`,
      dialect: 'sso',
      ask: (world, at, { token }) => post(world, `${at}${local}/${path}/revoke`, { token }, key(world)),
    }),
  ),
  {
    name: 'security revoke',
    dialect: 'security',
    ask: (world, at, { token }) => post(world, `${at}/security/reset-password/revoke`, { token }),
  },
  {
    name: 'native revocations',
    dialect: 'native',
    ask: (world, at, { token }) => post(world, `${at}/revocations`, { token }),
  },
];

/** What the newest reset mail brought; every dialect has its own name for the token in its links. */
export async function brought({ pwreset, mailer }: Asking, { email }: Pick<Somebody, 'email'>): Promise<Brought> {
  await pwreset.idle();
  const { searchParams } = new URL(mailer.lastLink(email));
  const [token = ''] = ['token', 'tokenId', 'code'].flatMap((name) => searchParams.get(name) ?? []);
  const mail = mailer.lastMail(email);
  return { token, code: mail.kind === 'reset_code' ? mail.code : null };
}

/** Whether a password opens the account. */
export const opens = (
  { pwreset, caller }: Asking,
  { email }: Pick<Somebody, 'email'>,
  given: string,
): Promise<boolean> =>
  pwreset.login({ service: caller, email, password: given, limitBy: 'service' }).then(
    () => true,
    () => false,
  );
