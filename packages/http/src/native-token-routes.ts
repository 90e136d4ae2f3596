import type { Pwreset } from '@pwreset/core';
import type { Route } from './dialect.js';
import { codeConfirmation, mailRequest, tokenAlone, tokenConfirmation } from './native-input.js';
import type { NativeOptions } from './native-options.js';
import { accepted, by, openRow, passwordRefusals, samples } from './native-row.js';
import { changedJson, changedShape, checkJson, checkShape, emptyShape, revokedShape } from './native-wire.js';
import { problems } from './problem.js';
import { route } from './route.js';
import { sampleValues } from './route-docs.js';

const { email, newPassword, changed } = samples;

/** Asking for a mail, and what its token or code is good for. */
export function nativeTokenRoutes(options: NativeOptions): readonly Route<Pwreset>[] {
  const { realm, problemBase: base } = options;
  const open = openRow(options);
  return [
    route({
      ...open,
      ...accepted,
      path: '/password-resets',
      input: mailRequest,
      flow: (exchange) => {
        const { email: to, resetUrl } = exchange.input;
        return exchange.pwreset.beginReset({ ...by(exchange), realm, email: to, resetUrl: resetUrl ?? undefined });
      },
      docs: {
        operation: 'beginReset',
        summary: 'Mail a reset link to whoever has the address; the answer is the same for every address',
        output: emptyShape,
        refusals: ['too_many_requests'],
        example: { request: { body: { email } }, answer: {} },
      },
    }),
    route({
      ...open,
      path: '/password-resets/check',
      input: tokenAlone,
      flow: (exchange) => exchange.pwreset.checkToken({ ...by(exchange), token: exchange.input.token }),
      answer: checkJson,
      docs: {
        operation: 'checkToken',
        summary: 'Say whether a form is worth showing for a token; it stays usable',
        output: checkShape,
        refusals: ['too_many_requests'],
        example: {
          request: { body: { token: sampleValues.token } },
          answer: { valid: true, purpose: 'reset', expiresAt: '2026-01-31T13:00:00.000Z' },
        },
      },
    }),
    route({
      ...open,
      path: '/password-resets/confirm',
      input: tokenConfirmation,
      flow: (exchange) => {
        const { token, password, factor } = exchange.input;
        return exchange.pwreset.confirmReset({ ...by(exchange), token, password, factor: factor ?? undefined });
      },
      answer: changedJson,
      docs: {
        operation: 'confirmReset',
        summary: 'Set a new password by the token of a reset link',
        output: changedShape,
        refusals: ['invalid_token', ...passwordRefusals],
        example: { request: { body: { token: sampleValues.token, password: newPassword } }, answer: changed },
      },
    }),
    route({
      ...open,
      ...accepted,
      path: '/password-codes',
      input: mailRequest,
      flow: (exchange) => {
        const { email: to, resetUrl } = exchange.input;
        return exchange.pwreset.beginCodeReset({
          ...by(exchange),
          realm,
          email: to,
          resetUrl: resetUrl ?? undefined,
        });
      },
      docs: {
        operation: 'beginCodeReset',
        summary: 'Mail a link and a code to be typed; the answer is the same for every address',
        output: emptyShape,
        refusals: ['too_many_requests'],
        example: { request: { body: { email } }, answer: {} },
      },
    }),
    route({
      ...open,
      path: '/password-codes/confirm',
      input: codeConfirmation,
      failure: problems({ base, fields: { newPassword: 'password' } }),
      flow: (exchange) => {
        const { email: of, code, password, factor } = exchange.input;
        return exchange.pwreset.confirmCodeReset({
          ...by(exchange),
          realm,
          email: of,
          code,
          newPassword: password,
          factor: factor ?? undefined,
        });
      },
      answer: changedJson,
      docs: {
        operation: 'confirmCodeReset',
        summary: 'Set a new password by the code of a mail, or by the token of its link',
        output: changedShape,
        refusals: ['invalid_token', ...passwordRefusals],
        example: { request: { body: { email, code: sampleValues.code, password: newPassword } }, answer: changed },
      },
    }),
    route({
      ...open,
      path: '/revocations',
      input: tokenAlone,
      flow: (exchange) => exchange.pwreset.revoke({ ...by(exchange), token: exchange.input.token }),
      answer: ({ audit }) => ({ audit }),
      docs: {
        operation: 'revoke',
        summary: 'Disable the user by the token of a notice: «this was not me»',
        output: revokedShape,
        refusals: ['invalid_token', 'too_many_requests'],
        example: { request: { body: { token: sampleValues.token } }, answer: { audit: sampleValues.audit } },
      },
    }),
  ];
}
