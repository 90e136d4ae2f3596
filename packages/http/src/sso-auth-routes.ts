import type { DirectoryPwreset } from '@pwreset/core';
import type { Route } from './dialect.js';
import { route } from './route.js';
import type { RouteDocs } from './route-docs.js';
import {
  beginResetDocs,
  confirmResetDocs,
  loginDocs,
  revokeResetDocs,
  revokeUpdateDocs,
  updatePasswordDocs,
  verifyKeyDocs,
} from './sso-auth-docs.js';
import { ssoService } from './sso-caller.js';
import { ssoFailure } from './sso-failure.js';
import { credentials, keyCheck, passwordUpdate, resetConfirmation, resetRequest, revocation } from './sso-input.js';
import { callerOf, type SsoOptions } from './sso-options.js';
import { keyJson, metaJson, sessionTokenJson, userJson } from './sso-wire.js';

const auth = {
  caller: ssoService,
  reads: ['json'],
  method: 'POST',
  failure: ssoFailure({ namesCauses: false }),
} as const;
const local = '/v1/auth/provider/local';

/** Either revoke route takes either revoke token. */
const revokeRoute = (path: string, docs: RouteDocs, options: SsoOptions): Route<DirectoryPwreset> =>
  route({
    ...auth,
    path,
    input: revocation,
    docs,
    flow: (exchange) => exchange.pwreset.revoke({ ...callerOf(exchange, options), token: exchange.input.token }),
    answer: ({ audit }, input) => (input.audit === undefined ? {} : { audit }),
  });

/** `/v1/auth`. */
export const ssoAuthRoutes = (options: SsoOptions): readonly Route<DirectoryPwreset>[] => [
  route({
    ...auth,
    path: '/v1/auth/key/verify',
    input: keyCheck,
    docs: verifyKeyDocs,
    flow: (exchange) => exchange.pwreset.keys.verify(exchange.input.key, callerOf(exchange, options)),
    answer: ({ user, key }) => ({ user: userJson(user), key: keyJson(key) }),
  }),
  route({
    ...auth,
    path: `${local}/login`,
    input: credentials,
    docs: loginDocs,
    flow: async (exchange) => {
      const { pwreset, input, caller, client } = exchange;
      const login = await pwreset.login({ ...callerOf(exchange, options), ...input });
      return { login, session: await options.beginSession?.(login, { service: caller, client }) };
    },
    answer: ({ login, session }) => ({
      meta: metaJson(login.strength),
      user: userJson(login.user),
      ...(session && { access: sessionTokenJson(session.access), refresh: sessionTokenJson(session.refresh) }),
    }),
  }),
  route({
    ...auth,
    path: `${local}/reset-password`,
    input: resetRequest,
    docs: beginResetDocs,
    flow: (exchange) => exchange.pwreset.beginReset({ ...callerOf(exchange, options), email: exchange.input.email }),
    answer: () => ({}),
  }),
  route({
    ...auth,
    path: `${local}/reset-password/confirm`,
    input: resetConfirmation,
    docs: confirmResetDocs,
    flow: (exchange) => exchange.pwreset.confirmReset({ ...callerOf(exchange, options), ...exchange.input }),
    answer: ({ strength }) => ({ meta: metaJson(strength) }),
  }),
  revokeRoute(`${local}/reset-password/revoke`, revokeResetDocs, options),
  route({
    ...auth,
    path: `${local}/update-password`,
    input: passwordUpdate,
    docs: updatePasswordDocs,
    failure: ssoFailure({ namesCauses: false, passwordField: 'new_password' }),
    flow: (exchange) => {
      const { email, password, new_password: newPassword, factor } = exchange.input;
      return exchange.pwreset.updatePassword({ ...callerOf(exchange, options), email, password, newPassword, factor });
    },
    answer: ({ strength }) => ({ meta: metaJson(strength) }),
  }),
  revokeRoute(`${local}/update-password/revoke`, revokeUpdateDocs, options),
];
