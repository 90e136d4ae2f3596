import {
  type DirectoryPwreset,
  defaultRealm,
  type Key,
  keyId,
  type PublicUser,
  PwresetError,
  userId,
} from '@pwreset/core';
import type { Route } from './dialect.js';
import { route } from './route.js';
import { ssoService } from './sso-caller.js';
import {
  createKeyDocs,
  createUserDocs,
  deleteUserDocs,
  readKeyDocs,
  readUserDocs,
  updateUserDocs,
} from './sso-directory-docs.js';
import { ssoFailure } from './sso-failure.js';
import { keyCreation, nothing, userChange, userCreation } from './sso-input.js';
import { callerOf, type SsoExchange, type SsoOptions } from './sso-options.js';
import { keyJson, metaJson, userJson } from './sso-wire.js';

const body = { caller: ssoService, reads: ['json'], failure: ssoFailure({ namesCauses: true }) } as const;
const noBody = { ...body, reads: [], input: nothing } as const;

/** The user with this id. Services share the users of the default realm and see no other. */
async function existingUser({ pwreset }: Pick<SsoExchange<unknown>, 'pwreset'>, id: string): Promise<PublicUser> {
  const user = await pwreset.users.get(userId(id));
  if (user === null || user.realm !== defaultRealm) {
    throw new PwresetError('user_not_found', 'there is no user with this id');
  }
  return user;
}

const namedUser = (exchange: SsoExchange<unknown>): Promise<PublicUser> =>
  existingUser(exchange, exchange.params['id'] ?? '');

/** The key with this id, where it is one of the calling service. */
async function namedKey({ pwreset, caller, params }: SsoExchange<unknown>): Promise<Key> {
  const key = await pwreset.keys.get(keyId(params['id'] ?? ''));
  if (key === null || key.serviceId !== caller.id) {
    throw new PwresetError('key_not_found', 'there is no key with this id');
  }
  return key;
}

/** `/v1/user` and `/v1/key`. */
export const ssoDirectoryRoutes = (options: SsoOptions): readonly Route<DirectoryPwreset>[] => [
  route({
    ...body,
    method: 'POST',
    path: '/v1/user',
    input: userCreation,
    docs: createUserDocs,
    flow: (exchange) => {
      const { pwreset, input } = exchange;
      return pwreset.users.create({
        ...callerOf(exchange, options),
        email: input.email,
        name: input.name,
        locale: input.locale,
        timezone: input.timezone,
        enabled: input.is_enabled,
        password: input.password,
        passwordAllowReset: input.password_allow_reset ?? false,
        passwordRequireUpdate: input.password_require_update ?? false,
      });
    },
    answer: ({ user, strength }) => ({ meta: metaJson(strength), data: userJson(user) }),
  }),
  route({
    ...noBody,
    method: 'GET',
    path: '/v1/user/{id}',
    docs: readUserDocs,
    flow: namedUser,
    answer: (user) => ({ data: userJson(user) }),
  }),
  route({
    ...body,
    method: 'PATCH',
    path: '/v1/user/{id}',
    input: userChange,
    docs: updateUserDocs,
    flow: async (exchange) => {
      const { pwreset, input } = exchange;
      const { id } = await namedUser(exchange);
      return pwreset.users.patch(id, {
        ...callerOf(exchange, options),
        name: input.name,
        locale: input.locale,
        timezone: input.timezone,
        enabled: input.is_enabled,
        passwordAllowReset: input.password_allow_reset,
        passwordRequireUpdate: input.password_require_update,
      });
    },
    answer: (user) => ({ data: userJson(user) }),
  }),
  route({
    ...noBody,
    method: 'DELETE',
    path: '/v1/user/{id}',
    docs: deleteUserDocs,
    flow: async (exchange) => {
      const user = await namedUser(exchange);
      await exchange.pwreset.users.delete(user.id, callerOf(exchange, options));
      return user;
    },
    answer: (user) => ({ data: userJson(user) }),
  }),
  route({
    ...body,
    method: 'POST',
    path: '/v1/key',
    input: keyCreation,
    docs: createKeyDocs,
    failure: ssoFailure({ namesCauses: true, statuses: { user_not_found: 400 } }),
    flow: async (exchange) => {
      const { pwreset, input } = exchange;
      const user = await existingUser(exchange, input.user_id);
      return pwreset.keys.create({
        ...callerOf(exchange, options),
        type: input.type ?? 'KEY',
        name: input.name,
        enabled: input.is_enabled,
        userId: user.id,
      });
    },
    answer: ({ key, value }) => ({ data: { key: keyJson(key), value } }),
  }),
  route({
    ...noBody,
    method: 'GET',
    path: '/v1/key/{id}',
    docs: readKeyDocs,
    flow: namedKey,
    answer: (key) => ({ data: keyJson(key) }),
  }),
];
