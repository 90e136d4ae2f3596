import { InvalidInput, type Pwreset } from '@pwreset/core';
import * as z from 'zod';
import type { Caller, Route } from './dialect.js';
import { route } from './route.js';
import { sampleValues } from './route-docs.js';
import { securityFailure } from './security-failure.js';
import { resetConfirmation, resetRequest, revocation } from './security-input.js';
import type { SecurityOptions } from './security-options.js';

const anyone: Caller<Pwreset, null> = { scheme: 'anyone', identify: async () => null };

const done = { message: 'OK' } as const;
const row = {
  method: 'POST',
  caller: anyone,
  reads: ['json'],
  answer: () => done,
  failure: securityFailure,
} as const;
const output = z.object({ message: z.literal(done.message) });

/** The URL is the mount's: that it is not allowed is for the operator to hear, and nothing that a caller could put right. */
const isNoCallers = (error: unknown): boolean => error instanceof InvalidInput && error.field === 'resetUrl';

export const securityRoutes = ({ service, realm, resetUrl }: SecurityOptions): readonly Route<Pwreset>[] => [
  route({
    ...row,
    path: '/security/reset-password/begin',
    input: resetRequest,
    flow: ({ pwreset, input, client }) =>
      pwreset.beginReset({ service, realm, client, email: input.email, resetUrl }).catch((error: unknown) => {
        throw isNoCallers(error)
          ? new TypeError("the security dialect's resetUrl is none of the service's resetUrls")
          : error;
      }),
    docs: {
      operation: 'beginReset',
      summary: 'Mail a reset link to whoever has the address; the answer is the same for every address',
      output,
      refusals: ['too_many_requests'],
      example: { request: { body: { email: 'ann@example.com' } }, answer: done },
    },
  }),
  route({
    ...row,
    path: '/security/reset-password/reset',
    input: resetConfirmation,
    flow: ({ pwreset, input, client }) => {
      const { token, password, factor } = input;
      return pwreset.confirmReset({ service, client, token, password, factor: factor ?? undefined });
    },
    docs: {
      operation: 'confirmReset',
      summary: 'Set a new password by the token of a reset link',
      output,
      refusals: ['invalid_token', 'password_refused', 'second_factor_required', 'too_many_requests', 'overloaded'],
      example: { request: { body: { token: sampleValues.token, password: '!my-NEW-password!' } }, answer: done },
    },
  }),
  // Not in the original, which sends no notices: what the page behind their link calls.
  route({
    ...row,
    path: '/security/reset-password/revoke',
    input: revocation,
    flow: ({ pwreset, input, client }) => pwreset.revoke({ service, client, token: input.token }),
    docs: {
      operation: 'revoke',
      summary: 'Disable the user by the token of a notice: this was not me',
      output,
      refusals: ['invalid_token', 'too_many_requests'],
      example: { request: { body: { token: sampleValues.token } }, answer: done },
    },
  }),
];
