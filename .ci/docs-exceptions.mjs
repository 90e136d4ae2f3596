/**
 * @typedef {{ package: string, shown: string, others: readonly string[], reason: string }} Family
 * @typedef {{ package: string, file: string, names: readonly string[], reason: string }} NotExported
 */

/**
 * Functions that are used alike: the example of the one that is `shown` serves the `others`.
 * @type {readonly Family[]}
 */
export const families = [
  {
    package: '@pwreset/core',
    shown: 'useToken',
    others: [
      ...['requireCredential', 'requireEnabled', 'holdJob'],
      ...['setPassword', 'invalidatePassword', 'disableUser', 'enableUser', 'revokeKeys', 'closeTokens', 'issueToken'],
      ...['clearLimit', 'enqueue', 'finishJob', 'renewJob', 'retryJob', 'buryJob', 'record'],
      ...['createUser', 'patchUser', 'deleteUser', 'createKey', 'createService'],
    ],
    reason: 'each makes the step of its name; one list shows how they go together',
  },
  {
    package: '@pwreset/core',
    shown: 'userId',
    others: ['serviceId', 'keyId', 'tokenId', 'jobId', 'attemptId', 'secretId', 'realm'],
    reason: 'each gives a string the type of its name',
  },
];

/**
 * What public types are made of and nobody names.
 * @type {readonly NotExported[]}
 */
export const notExported = [
  {
    package: '@pwreset/core',
    file: 'src/jobs.ts',
    names: ['work', 'beginWork', 'resetMailWork', 'noticeWork', 'endSessionsWork'],
    reason: 'the schemas behind the types of the same names',
  },
];
