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
      ...[
        'setPassword',
        'rehashPassword',
        'invalidatePassword',
        'disableUser',
        'enableUser',
        'revokeKeys',
        'closeTokens',
        'issueToken',
      ],
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
  {
    package: '@pwreset/kysely',
    shown: 'migrationSql',
    others: ['migrationsFor', 'schemaVersion', 'migrationDone', 'requireSchema'],
    reason: 'the pieces of it, for the driver packages that run migrations one by one',
  },
  {
    package: '@pwreset/kysely',
    shown: 'sqlStorage',
    others: ['sqliteDialect'],
    reason: 'its example builds a storage with the dialect',
  },
];

/**
 * What public types are made of and nobody names.
 * @type {readonly NotExported[]}
 */
export const notExported = [];
