import {
  defaultRealm,
  type PublicUser,
  type Pwreset,
  PwresetError,
  type ServiceId,
  type UserId,
  userId,
} from '@pwreset/core';
import type { Exchange, Route } from './dialect.js';
import { profileService } from './profile-caller.js';
import { NoSuchProfile, profileFailure } from './profile-failure.js';
import * as inputs from './profile-input.js';
import type { ProfileOptions } from './profile-options.js';
import { profileResetUrl } from './profile-url.js';
import { profileJson, profileShape } from './profile-wire.js';
import { route } from './route.js';
import { sampleValues } from './route-docs.js';

type ProfileExchange = Exchange<Pwreset, ServiceId, unknown>;

const named = ({ params }: ProfileExchange): UserId => userId(params['id'] ?? '');

const sampleProfile = {
  username: 'ann@example.com',
  email: 'ann@example.com',
  verified: false,
  enabled: true,
  createdOn: 1_495_811_673_842,
  lastModified: 1_495_812_397_986,
  tenant: 'default',
  roles: [],
  attributes: {},
  id: sampleValues.userId,
};
const accessTokenId = sampleValues.serviceKey;

/** As the original's framework does it, which joins query and form. A client that has its key in every URL may send it again. */
const repeats = { accessTokenId: 'equal', attributesToReturn: 'list', attributeToReturn: 'list' } as const;

export function profileRoutes(options: ProfileOptions): readonly Route<Pwreset>[] {
  const { clientForwarded = false, describe, realm = defaultRealm } = options;
  const by = ({ caller, client }: ProfileExchange) =>
    ({ service: caller, client, limitBy: clientForwarded ? 'service_and_client' : 'service' }) as const;
  const profileOf = async (user: PublicUser, input: Parameters<typeof inputs.wantedAttributes>[0]) =>
    profileJson(user, (await describe?.(user)) ?? {}, inputs.wantedAttributes(input));

  const every = { caller: profileService(options.serviceOf), failure: profileFailure, repeats } as const;
  const post = { ...every, method: 'POST', reads: ['query', 'form', 'json'] } as const;
  return [
    route({
      ...post,
      path: '/api/1/profile/{id}/reset_password',
      input: inputs.resetRequest,
      flow: async (exchange) => {
        const { pwreset, input } = exchange;
        const resetUrl = profileResetUrl(input.resetPasswordUrl);
        const { user } = await pwreset
          .beginProfileReset({ ...by(exchange), realm, userId: named(exchange), resetUrl })
          .catch((error: unknown) => {
            const unknown = error instanceof PwresetError && error.code === 'user_not_found';
            throw unknown ? new NoSuchProfile(named(exchange)) : error;
          });
        return profileOf(user, input);
      },
      answer: (profile) => profile,
      docs: {
        operation: 'resetPassword',
        summary: 'Mail a reset link to a profile; a disabled one gets none',
        output: profileShape,
        refusals: ['user_not_found', 'too_many_requests'],
        example: {
          request: {
            params: { id: sampleValues.userId },
            body: { accessTokenId, resetPasswordUrl: 'https://app.example/reset' },
          },
          answer: sampleProfile,
        },
      },
    }),
    route({
      ...post,
      path: '/api/1/profile/change_password',
      input: inputs.passwordChange,
      flow: async (exchange) => {
        const { pwreset, input } = exchange;
        const { resetTokenId: token, newPassword: password, factor } = input;
        const { user } = await pwreset.confirmReset({
          ...by(exchange),
          token,
          password,
          factor: factor ?? undefined,
        });
        return profileOf(user, input);
      },
      answer: (profile) => profile,
      docs: {
        operation: 'changePassword',
        summary: 'Set a new password by the token of a reset link',
        output: profileShape,
        refusals: ['invalid_token', 'password_refused', 'second_factor_required', 'too_many_requests', 'overloaded'],
        example: {
          request: {
            body: { accessTokenId, resetTokenId: sampleValues.token, newPassword: 'violet teapot on the moon' },
          },
          answer: sampleProfile,
        },
      },
    }),
    route({
      ...every,
      method: 'GET',
      path: '/api/1/profile/{id}',
      reads: ['query'],
      input: inputs.profileRequest,
      flow: async (exchange) => {
        const user = await exchange.pwreset.users.get(named(exchange));
        if (user === null || user.realm !== realm) throw new NoSuchProfile(named(exchange));
        return profileOf(user, exchange.input);
      },
      answer: (profile) => profile,
      docs: {
        operation: 'getProfile',
        summary: 'Read a profile',
        output: profileShape,
        refusals: ['user_not_found'],
        example: {
          request: { params: { id: sampleValues.userId }, query: { accessTokenId } },
          answer: sampleProfile,
        },
      },
    }),
  ];
}
