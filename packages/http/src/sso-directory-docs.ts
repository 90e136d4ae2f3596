import { type RouteDocs, sampleValues } from './route-docs.js';
import { createdKeyAnswer, createdUserAnswer, keyAnswer, userAnswer } from './sso-output.js';
import { ann, sampleKey, sampleMeta, sampleUser } from './sso-samples.js';

const ofUser = { params: { id: sampleValues.userId } } as const;

export const createUserDocs: RouteDocs = {
  operation: 'createUser',
  summary: 'Create a user',
  output: createdUserAnswer,
  refusals: ['password_refused', 'email_taken', 'overloaded'],
  example: {
    request: {
      body: {
        is_enabled: true,
        name: 'Ann',
        email: ann.email,
        locale: 'en',
        timezone: 'Etc/UTC',
        password_allow_reset: true,
        password_require_update: false,
        password: ann.password,
      },
    },
    answer: { meta: sampleMeta, data: sampleUser },
  },
};

export const readUserDocs: RouteDocs = {
  operation: 'readUser',
  summary: 'Read a user',
  output: userAnswer,
  refusals: ['user_not_found'],
  example: { request: ofUser, answer: { data: sampleUser } },
};

export const updateUserDocs: RouteDocs = {
  operation: 'updateUser',
  summary: 'Change the named fields of a user',
  output: userAnswer,
  refusals: ['user_not_found'],
  example: {
    request: { ...ofUser, body: { name: 'Anna', timezone: 'Europe/Zurich' } },
    answer: { data: { ...sampleUser, name: 'Anna', timezone: 'Europe/Zurich' } },
  },
};

export const deleteUserDocs: RouteDocs = {
  operation: 'deleteUser',
  summary: 'Delete a user, and answer with what it was',
  output: userAnswer,
  refusals: ['user_not_found'],
  example: { request: ofUser, answer: { data: sampleUser } },
};

export const createKeyDocs: RouteDocs = {
  operation: 'createKey',
  summary: 'Create a key of a user; its value is shown this once',
  output: createdKeyAnswer,
  refusals: ['user_not_found'],
  example: {
    request: { body: { is_enabled: true, type: 'TOKEN', name: 'laptop', user_id: sampleValues.userId } },
    answer: { data: { key: sampleKey, value: sampleValues.userKey } },
  },
};

export const readKeyDocs: RouteDocs = {
  operation: 'readKey',
  summary: 'Read a key of the calling service',
  output: keyAnswer,
  refusals: ['key_not_found'],
  example: { request: { params: { id: sampleValues.keyId } }, answer: { data: sampleKey } },
};
