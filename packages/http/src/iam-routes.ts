import type { Pwreset } from '@pwreset/core';
import * as z from 'zod';
import type { Route } from './dialect.js';
import { anyone, signedInUser } from './iam-caller.js';
import { iamFailure } from './iam-failure.js';
import { passwordUpdate, resetConfirmation, resetRequest } from './iam-input.js';
import type { IamOptions } from './iam-options.js';
import { route } from './route.js';
import { sampleValues } from './route-docs.js';

const users = '/v1/authentication/users';
const email = 'john.doe@example.com';
const newPassword = 'Secret@slidezAB';
const output = z.object({});

/** JSON alone, also where a cookie says who calls: no other site can send that without being asked first (ASVS 5.0, V3.5.2). */
const row = { reads: ['json'], answer: () => ({}), failure: iamFailure } as const;

export function iamRoutes(options: IamOptions): readonly Route<Pwreset>[] {
  const { realm, currentUser } = options;
  const open = { ...row, caller: anyone(options) } as const;
  const routes = [
    route({
      ...open,
      method: 'POST',
      path: `${users}/password/reset-request/email`,
      input: resetRequest,
      flow: ({ pwreset, caller, input, client }) =>
        pwreset.beginCodeReset({ ...caller, realm, client, email: input.email, resetUrl: input.resetPasswordUrl }),
      docs: {
        operation: 'beginReset',
        summary: 'Mail a link and a code to whoever has the address; the answer is the same for every address',
        output,
        refusals: ['too_many_requests'],
        example: {
          request: {
            body: { email, resetPasswordUrl: 'https://app.example/forgot-password?code={{code}}' },
          },
          answer: {},
        },
      },
    }),
    route({
      ...open,
      method: 'PUT',
      path: `${users}/password`,
      input: resetConfirmation,
      flow: ({ pwreset, caller, input, client }) => {
        const { email: address, verificationCode: code, newPassword: wanted, factor } = input;
        const given = { email: address, code, newPassword: wanted, factor: factor ?? undefined };
        return pwreset.confirmCodeReset({ ...caller, realm, client, ...given });
      },
      docs: {
        operation: 'confirmReset',
        summary: 'Set a new password by the code of a mail, or by the token of its link',
        output,
        refusals: ['invalid_token', 'password_refused', 'second_factor_required', 'too_many_requests', 'overloaded'],
        example: { request: { body: { email, verificationCode: sampleValues.code, newPassword } }, answer: {} },
      },
    }),
  ];
  return currentUser === undefined ? routes : [...routes, ownPasswordRoute(options, currentUser)];
}

const ownPasswordRoute = (options: IamOptions, currentUser: NonNullable<IamOptions['currentUser']>): Route<Pwreset> =>
  route({
    ...row,
    method: 'PUT',
    path: `${users}/{userId}/password`,
    caller: signedInUser(options, currentUser),
    input: passwordUpdate,
    flow: ({ pwreset, caller, input, client }) => {
      const { currentPassword: password, newPassword: wanted, factor } = input;
      return pwreset.updatePassword({ ...caller, client, password, newPassword: wanted, factor: factor ?? undefined });
    },
    docs: {
      operation: 'updatePassword',
      summary: 'Set a new password by the current one, for the user who is signed in',
      output,
      refusals: [
        'invalid_credentials',
        'password_refused',
        'service_not_found',
        'second_factor_required',
        'user_not_found',
        'too_many_requests',
        'overloaded',
      ],
      example: {
        request: {
          params: { userId: sampleValues.userId },
          body: { currentPassword: 'correct horse battery', newPassword },
        },
        answer: {},
      },
    },
  });
