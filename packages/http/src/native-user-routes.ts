import { defaultRealm, type Pwreset, userId } from '@pwreset/core';
import type { Route } from './dialect.js';
import { malformed } from './failure.js';
import { serviceOnly, userOrAnyone } from './native-caller.js';
import { administratorsReset, ownPasswordChange, passwordChange } from './native-input.js';
import type { NativeOptions } from './native-options.js';
import { by, openRow, passwordRefusals, samples } from './native-row.js';
import { begunJson, begunShape, changedJson, changedShape } from './native-wire.js';
import { problems } from './problem.js';
import { route } from './route.js';
import { sampleValues } from './route-docs.js';

const { email, password: oldPassword, newPassword, changed } = samples;

/** For who knows the current password, and for who knows the user. */
export function nativeUserRoutes(options: NativeOptions): readonly Route<Pwreset>[] {
  const { realm, currentUser, problemBase: base } = options;
  const open = openRow(options);
  return [
    route({
      ...open,
      path: '/password-changes',
      caller: userOrAnyone(options),
      reads: currentUser === undefined ? open.reads : ['json'],
      input: currentUser === undefined ? passwordChange : ownPasswordChange,
      failure: problems({ base, passwordField: 'newPassword' }),
      flow: (exchange) => {
        const { email: address, password, newPassword: wanted, factor } = exchange.input;
        const given = { ...by(exchange), password, newPassword: wanted, factor: factor ?? undefined };
        if (typeof address === 'string') return exchange.pwreset.updatePassword({ ...given, realm, email: address });
        const { userId: signedIn } = exchange.caller;
        if (signedIn === null) throw malformed({ field: 'email', problem: 'missing' });
        return exchange.pwreset.updatePassword({ ...given, userId: signedIn });
      },
      answer: changedJson,
      docs: {
        operation: 'updatePassword',
        summary: 'Set a new password by the current one',
        output: changedShape,
        refusals: ['invalid_credentials', ...passwordRefusals],
        example: { request: { body: { email, password: oldPassword, newPassword } }, answer: changed },
      },
    }),
    route({
      ...open,
      path: '/users/{id}/password-resets',
      caller: serviceOnly(options),
      input: administratorsReset,
      status: 202,
      flow: (exchange) =>
        exchange.pwreset.beginProfileReset({
          realm: realm ?? defaultRealm,
          ...by(exchange),
          userId: userId(exchange.params['id'] ?? ''),
          resetUrl: exchange.input.resetUrl ?? undefined,
        }),
      answer: begunJson,
      docs: {
        operation: 'beginUserReset',
        summary: 'Mail a reset link to a user whom the calling service names; the service never sees the token',
        output: begunShape,
        refusals: ['user_not_found', 'too_many_requests'],
        example: {
          request: { params: { id: sampleValues.userId } },
          answer: { begun: true, reason: null, userId: sampleValues.userId },
        },
      },
    }),
  ];
}
