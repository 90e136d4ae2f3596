import { type RouteDocs, sampleValues } from './route-docs.js';
import { emptyAnswer, loginAnswer, metaAnswer, revokeAnswer, verifiedKeyAnswer } from './sso-output.js';
import { ann, sampleKey, sampleMeta, sampleUser } from './sso-samples.js';

const { token } = sampleValues;

export const verifyKeyDocs: RouteDocs = {
  operation: 'verifyKey',
  summary: 'Find out whose key this is',
  output: verifiedKeyAnswer,
  refusals: ['invalid_key'],
  example: {
    request: { body: { key: sampleValues.userKey } },
    answer: { user: sampleUser, key: sampleKey },
  },
};

export const loginDocs: RouteDocs = {
  operation: 'login',
  summary: 'Check the password of a user',
  output: loginAnswer,
  refusals: ['too_many_requests', 'invalid_credentials', 'password_update_required', 'overloaded'],
  example: {
    request: { body: { email: ann.email, password: ann.password } },
    answer: { meta: sampleMeta, user: sampleUser },
  },
};

export const beginResetDocs: RouteDocs = {
  operation: 'beginReset',
  summary: 'Ask for a reset mail; the answer is the same whoever has the address, and if nobody has',
  output: emptyAnswer,
  refusals: ['too_many_requests'],
  example: { request: { body: { email: ann.email } }, answer: {} },
};

export const confirmResetDocs: RouteDocs = {
  operation: 'confirmReset',
  summary: 'Set a new password by the token of a reset mail',
  output: metaAnswer,
  refusals: ['too_many_requests', 'invalid_token', 'password_refused', 'second_factor_required', 'overloaded'],
  example: { request: { body: { token, password: ann.next } }, answer: { meta: sampleMeta } },
};

export const revokeResetDocs: RouteDocs = {
  operation: 'revokeReset',
  summary: 'Disable a user, and disable and revoke the keys of that user, by the token of a notice after a reset',
  output: revokeAnswer,
  refusals: ['too_many_requests', 'invalid_token'],
  example: { request: { body: { token } }, answer: {} },
};

export const updatePasswordDocs: RouteDocs = {
  operation: 'updatePassword',
  summary: 'Change a password by the current one',
  output: metaAnswer,
  refusals: ['too_many_requests', 'invalid_credentials', 'password_refused', 'second_factor_required', 'overloaded'],
  example: {
    request: { body: { email: ann.email, password: ann.password, new_password: ann.next } },
    answer: { meta: sampleMeta },
  },
};

export const revokeUpdateDocs: RouteDocs = {
  operation: 'revokeUpdate',
  summary: 'Disable a user, and disable and revoke the keys of that user, by the token of a notice after an update',
  output: revokeAnswer,
  refusals: ['too_many_requests', 'invalid_token'],
  example: { request: { body: { token, audit: 'not_me' } }, answer: { audit: sampleValues.audit } },
};
