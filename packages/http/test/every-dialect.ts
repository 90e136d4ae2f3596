import { type DirectoryPwreset, userId } from '@pwreset/core';
import { type Dialect, iam, native, profile, profileResetUrl, sampleValues, security, sso } from '../src/index.js';

/** What the application behind the examples knows. */
export interface ExampleApplication {
  /** Who is signed in. */
  readonly signedInUser: () => string;
}

/**
 * What has to be there before an example can be sent: the user of the examples, a token or code from a mail of that user's, or a
 * key of that user's.
 */
export type Preparation = 'user' | 'resetToken' | 'revokeToken' | 'code' | 'userKey';

export interface DocumentedDialect {
  readonly dialect: (application: ExampleApplication) => Dialect<DirectoryPwreset>;
  /** Where the examples may have links lead: the service's allow-list. */
  readonly resetUrls?: readonly string[];
  /** By operation; each needs its own line, so that none is left out by mistake. */
  readonly prepare: Readonly<Record<string, readonly Preparation[]>>;
}

/** The dialects whose documents are checked in, described in the reference and tried. */
export const everyDialect: readonly DocumentedDialect[] = [
  {
    dialect: () => sso(),
    prepare: {
      createUser: [],
      readUser: ['user'],
      updateUser: ['user'],
      deleteUser: ['user'],
      createKey: ['user'],
      readKey: ['user', 'userKey'],
      verifyKey: ['user', 'userKey'],
      login: ['user'],
      beginReset: ['user'],
      confirmReset: ['user', 'resetToken'],
      revokeReset: ['user', 'revokeToken'],
      updatePassword: ['user'],
      revokeUpdate: ['user', 'revokeToken'],
    },
  },
  {
    dialect: () => security(),
    prepare: { beginReset: ['user'], confirmReset: ['user', 'resetToken'], revoke: ['user', 'revokeToken'] },
  },
  {
    dialect: ({ signedInUser }) => iam({ currentUser: async () => userId(signedInUser()) }),
    resetUrls: ['https://app.example/forgot-password?code={{code}}'],
    prepare: { beginReset: ['user'], confirmReset: ['user', 'code'], updatePassword: ['user'] },
  },
  {
    dialect: () => profile(),
    resetUrls: [profileResetUrl('https://app.example/reset')],
    prepare: { resetPassword: ['user'], changePassword: ['user', 'resetToken'], getProfile: ['user'] },
  },
  {
    dialect: () => native({ changePasswordUrl: 'https://app.example/password' }),
    prepare: {
      beginReset: ['user'],
      checkToken: ['user', 'resetToken'],
      confirmReset: ['user', 'resetToken'],
      beginCodeReset: ['user'],
      confirmCodeReset: ['user', 'code'],
      revoke: ['user', 'revokeToken'],
      updatePassword: ['user'],
      beginUserReset: ['user'],
      findChangePasswordPage: [],
    },
  },
];

/** Each as it is documented. */
export const documentedDialects = everyDialect.map(({ dialect }) =>
  dialect({ signedInUser: () => sampleValues.userId }),
);
