import { type AuditEntry, comparableAddress, issueToken, type NewToken, record, type User } from '@pwreset/core';
import { describe } from 'vitest';
import { catches, changingSteps, changingText, type Defect, ignoring, replacing } from './kit-run.js';

const changingTokens = (change: (token: NewToken) => NewToken): Defect =>
  changingSteps((step) => (step.type === 'issueToken' ? issueToken(change(step.token)) : step));

const toSeconds = (at: number): number => Math.floor(at / 1000) * 1000;

/** A storage whose settling is done without looking at what is there. */
const answering = (answer: 'applied' | 'not_applied'): Defect => replacing('settle', () => async () => answer);

describe('the storage kit, of reads, text, times and settling,', () => {
  catches({
    'the times of tokens are kept in seconds': [
      changingTokens((token) => ({ ...token, issuedAt: toSeconds(token.issuedAt) })),
      'storage: text: times are kept to the millisecond, far ones too',
    ],
    'the end of a token is kept in seconds': [
      changingTokens((token) => ({ ...token, expiresAt: toSeconds(token.expiresAt) })),
      'storage: guards: useToken: holds to the last millisecond and notes when and by which attempt',
    ],
    'times are kept in 32 bits': [
      changingTokens((token) => ({ ...token, issuedAt: token.issuedAt % 2 ** 32 })),
      'storage: text: times are kept to the millisecond, far ones too',
    ],
    'text is cut at 255 characters': [
      changingText((text) => text.slice(0, 255)),
      'storage: text: a payload of 64 KiB is kept whole',
    ],
    'text is cut at 64 KiB less one': [
      changingText((text) => Buffer.from(text).subarray(0, 65_535).toString()),
      'storage: text: a payload of 64 KiB is kept whole',
    ],
    'U+0000 is left out in silence': [
      changingText((text) => text.replaceAll('\0', '')),
      'storage: text: U+0000 and lone surrogates in what is written are a TypeError, and nothing is applied',
    ],
    'lone surrogates are replaced in silence': [
      changingText((text) => text.toWellFormed()),
      'storage: text: U+0000 and lone surrogates in what is written are a TypeError, and nothing is applied',
    ],
    'text is trimmed': [
      changingText((text) => text.trim()),
      'storage: text: text comes back as it went in, character for character',
    ],
    'text is brought into a normal form': [
      changingText((text) => text.normalize('NFC')),
      'storage: text: a stored password comes back character for character',
    ],
    'text is kept in three bytes a character': [
      changingText((text) => text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?')),
      'storage: text: text comes back as it went in, character for character',
    ],
    'unique keys are compared without their case': [
      changingSteps((step) =>
        step.type === 'enqueue'
          ? { ...step, job: { ...step.job, uniqueKey: step.job.uniqueKey?.toLowerCase() ?? null } }
          : step,
      ),
      'storage: text: a unique key is compared byte for byte',
    ],
    'an address is looked for as it was stored': [
      replacing(
        'findUsersByEmail',
        ({ storage }) =>
          async (realm, address) =>
            (await storage.findUsersByEmail(realm, address)).filter(({ email }) => email === address),
      ),
      'storage: reads: an address is found whatever the case of its ASCII letters',
    ],
    'an address is cut out of a pattern': [
      replacing(
        'findUsersByEmail',
        ({ storage }) =>
          async (realm, address) =>
            /[%_']/.test(address) ? [] : storage.findUsersByEmail(realm, address),
      ),
      'storage: reads: an address is found whatever characters it holds',
    ],
    'a token brings the user who was there when it was issued': [
      ({ storage }) => {
        const known = new Map<string, User | null>();
        return {
          storage: {
            async commit(steps, limits) {
              const result = await storage.commit(steps, limits);
              for (const step of steps) {
                if (step.type !== 'issueToken') continue;
                known.set(step.token.id, await storage.findUserById(step.token.userId));
              }
              return result;
            },
            async findToken(id) {
              const found = await storage.findToken(id);
              return found && { ...found, user: known.get(id) ?? null };
            },
          },
        };
      },
      'storage: reads: a token whose user is gone is found without one',
    ],
    'a token that has ended is hidden': [
      replacing('findToken', ({ storage }) => async (id) => {
        const found = await storage.findToken(id);
        return found?.token.closedAt === null ? found : null;
      }),
      'storage: reads: a token that has ended is still found',
    ],
    'reads hand out the rows themselves': [
      ({ storage }) => {
        const rows = new Map<string, NonNullable<Awaited<ReturnType<typeof storage.findToken>>>>();
        return {
          storage: {
            async findToken(id) {
              const found = rows.get(id) ?? structuredClone(await storage.findToken(id));
              if (found !== null) rows.set(id, found);
              return found;
            },
          },
        };
      },
      'storage: reads: what a read returned is not a door into the storage',
    ],
    'the objects of a list are kept themselves': [
      ({ storage }) => {
        const given = new Map<string, NewToken>();
        return {
          storage: {
            commit(steps, limits) {
              for (const step of steps) if (step.type === 'issueToken') given.set(step.token.id, step.token);
              return storage.commit(steps, limits);
            },
            async findToken(id) {
              const found = await storage.findToken(id);
              return found && { ...found, token: { ...found.token, ...given.get(id) } };
            },
          },
        };
      },
      'storage: reads: what a commit was given is not a door into the storage',
    ],
    'a password that was made unusable reads as a hash': [
      replacing('findUserById', ({ storage }) => async (id) => {
        const user = await storage.findUserById(id);
        return user && { ...user, credential: { state: 'usable', stored: user.credential.stored ?? '' } };
      }),
      'storage: reads: a credential says whether it is usable or was made unusable',
    ],
    'audit rows lose what is null': [
      changingSteps((step) => (step.type === 'record' ? record(withoutNull(step.entry)) : step)),
      'storage: effects: record keeps the row as written',
    ],
    'an attempt is settled without a fence': [
      replacing(
        'settle',
        ({ application }) =>
          async (attempt) =>
            (await application.audit()).some(({ id }) => id === attempt) ? 'applied' : 'not_applied',
      ),
      'storage: contract: clause 6: an attempt that was settled as not applied can no longer be applied',
    ],
    'every attempt is settled as applied': [
      answering('applied'),
      'storage: settle: an attempt that never arrived is not, however often one asks, and never will be',
    ],
    'every attempt is settled as not applied': [
      answering('not_applied'),
      'storage: settle: a lost answer after COMMIT is settled as what happened: it was applied',
    ],
    'an attempt is not kept': [
      ignoring('record'),
      'storage: settle: a lost answer after COMMIT is settled as what happened: it was applied',
    ],
    'an attempt can be applied twice': [
      replacing('commit', ({ storage, application }) => async (steps, limits) => {
        const known = new Set((await application.audit()).map(({ id }) => id));
        return storage.commit(
          steps.filter((step) => step.type !== 'record' || !known.has(step.entry.id)),
          limits,
        );
      }),
      'storage: settle: an attempt that was applied is not applied again',
    ],
    'no address in mixed case is an address': [
      replacing(
        'findUsersByEmail',
        ({ storage }) =>
          async (realm, address) =>
            (await storage.findUsersByEmail(realm, address)).filter(({ email }) => comparableAddress(email) === email),
      ),
      'storage: reads: an address is found whatever the case of its ASCII letters',
    ],
  });
});

/** The row with an empty text in place of null. */
const withoutNull = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  ip: entry.ip ?? '',
  userAgent: entry.userAgent ?? '',
});
