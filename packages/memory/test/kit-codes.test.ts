import {
  closeTokens,
  comparableAddress,
  issueToken,
  type Step,
  type Token,
  type TokenId,
  type User,
  type UserWithCode,
} from '@pwreset/core';
import { describe } from 'vitest';
import { catches, changingLists, type Defect, ignoring, replacing, type Sound } from './kit-run.js';

type Issue = Extract<Step, { readonly type: 'issueToken' }>;
const isIssue = (step: Step): step is Issue => step.type === 'issueToken';
const codesIn = (steps: readonly Step[]): readonly Issue[] =>
  steps.filter(isIssue).filter(({ token }) => token.purpose === 'reset_code');

/** A storage that makes something else of what a look-up found. */
const answering = (change: (found: readonly UserWithCode[]) => readonly UserWithCode[]): Defect =>
  replacing(
    'findCodes',
    ({ storage }) =>
      async (realm, address) =>
        change(await storage.findCodes(realm, address)),
  );

const changingCodes = (change: (code: Token) => Token | null): Defect =>
  answering((found) => found.map(({ user, code }) => ({ user, code: code && change(code) })));

/** A storage that answers one of the tokens that it remembers to have issued. */
const remembering =
  (chosen: (token: Token) => boolean): Defect =>
  ({ storage }) => {
    const issued: TokenId[] = [];
    return {
      storage: {
        commit(steps, limits) {
          issued.unshift(...steps.filter(isIssue).map(({ token }) => token.id));
          return storage.commit(steps, limits);
        },
        async findCodes(realm, address) {
          const tokens = await Promise.all(issued.map(async (id) => (await storage.findToken(id))?.token));
          return (await storage.findCodes(realm, address)).map(({ user }) => {
            return { user, code: tokens.find((token) => token?.userId === user.id && chosen(token)) ?? null };
          });
        },
      },
    };
  };

/** A storage in which tokens read otherwise that a list has marked; `mark` is told how its commit went on. */
const marking =
  (
    ended: Partial<Token>,
    mark: (steps: readonly Step[], issued: ReadonlySet<TokenId>) => () => Iterable<TokenId>,
  ): Defect =>
  ({ storage }) => {
    const issued = new Set<TokenId>();
    const marked = new Set<TokenId>();
    return {
      storage: {
        async commit(steps, limits) {
          const whatToMark = mark(steps, issued);
          const result = await storage.commit(steps, limits);
          for (const id of whatToMark()) marked.add(id);
          for (const { token } of codesIn(steps)) issued.add(token.id);
          return result;
        },
        async findToken(id) {
          const found = await storage.findToken(id);
          return found && marked.has(id) ? { ...found, token: { ...found.token, ...ended } } : found;
        },
      },
    };
  };

/** The users whom a collation finds to which all addresses are alike. */
const everybody =
  ({ storage, application }: Sound) =>
  async (): Promise<readonly User[]> => {
    const users = await Promise.all([1, 2, 3].map((n) => storage.findUserById(application.userId(n))));
    return users.filter((user) => user !== null);
  };

/** A storage with such a collation, which answers everybody with the code of the first. */
const mixingCodes: Defect = (sound) => ({
  storage: {
    findUsersByEmail: everybody(sound),
    async findCodes(realm) {
      const users = await everybody(sound)();
      const address = comparableAddress(users[0]?.email ?? '');
      const found = address === null ? [] : await sound.storage.findCodes(realm, address);
      return users.map((user) => ({ user, code: found[0]?.code ?? null }));
    },
  },
});

describe('the storage kit, of codes,', () => {
  catches({
    'an address that nobody has is an error': [
      answering((found) => {
        if (found.length === 0) throw new Error('no row');
        return found;
      }),
      'storage: codes: an address that nobody has is answered with nobody',
    ],
    'users without a code are left out': [
      answering((found) => found.filter(({ code }) => code !== null)),
      'storage: codes: a user without a code is answered all the same',
    ],
    'the end of a code is answered in seconds': [
      changingCodes((code) => ({ ...code, expiresAt: Math.floor(code.expiresAt / 1000) * 1000 })),
      'storage: codes: an open code is answered as written, with its user',
    ],
    'a code is answered with the user who was there when it was issued': [
      ({ storage }) => {
        const known = new Map<string, User | null>();
        return {
          storage: {
            async commit(steps, limits) {
              const result = await storage.commit(steps, limits);
              for (const { token } of codesIn(steps)) {
                known.set(token.userId, await storage.findUserById(token.userId));
              }
              return result;
            },
            findCodes: async (realm, address) =>
              (await storage.findCodes(realm, address)).map(({ user, code }) => ({
                user: { ...user, enabled: known.get(user.id)?.enabled ?? false },
                code,
              })),
          },
        };
      },
      'storage: codes: a user is answered as every other read gives them, before a change and after it',
    ],
    'the last code is answered, whatever became of it': [
      remembering(({ purpose }) => purpose === 'reset_code'),
      'storage: codes: a code that was used or closed is answered no more',
    ],
    'a code that was used is answered': [
      remembering(({ purpose, closedAt }) => purpose === 'reset_code' && closedAt === null),
      'storage: codes: a code that was used or closed is answered no more',
    ],
    'a code whose time is over is not answered': [
      changingCodes((code) => (code.expiresAt < Date.UTC(2026, 0, 1) ? null : code)),
      'storage: codes: a code whose time is over is answered while it is open',
    ],
    'any open token is answered': [
      remembering(({ usedAt, closedAt }) => usedAt === null && closedAt === null),
      'storage: codes: a token with another purpose is no code',
    ],
    'all whom a collation takes for one are answered with the code of the first': [
      mixingCodes,
      'storage: codes: whoever is answered is so with a code of their own, and they are those whom findUsersByEmail answers',
    ],
    'the look-up of codes finds fewer users than that of users': [
      (sound) => ({ storage: { findUsersByEmail: everybody(sound) } }),
      'storage: codes: whoever is answered is so with a code of their own, and they are those whom findUsersByEmail answers',
    ],
    'reads hand out the rows themselves': [
      replacing('findCodes', ({ storage }) => {
        const rows = new Map<string, readonly UserWithCode[]>();
        return async (realm, address) => {
          const found = rows.get(address) ?? structuredClone(await storage.findCodes(realm, address));
          rows.set(address, found);
          return found;
        };
      }),
      'storage: codes: what a read returned is not a door into the storage',
    ],
    'a code is never used up': [
      ignoring('useToken'),
      'storage: codes: a code is used once, by one attempt, and not from its end on',
    ],
    'a code leaves the one before it open': [
      marking({ closedAt: null }, (steps, issued) => () => (codesIn(steps).length > 0 ? [...issued] : [])),
      'storage: codes: clause 4: a code that is issued closes the one before it, and can be used where that cannot',
    ],
    'a code is closed with the one before it': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const result = await storage.commit(steps, limits);
        await storage.commit(codesIn(steps).length > 0 ? steps.filter(({ type }) => type === 'closeTokens') : []);
        return result;
      }),
      'storage: codes: clause 4: a code that is issued closes the one before it, and can be used where that cannot',
    ],
    'a code that its list uses is closed too': [
      marking({ closedAt: 1 }, (steps) => () => {
        const used = steps.flatMap((step) => (step.type === 'useToken' ? [step.tokenId] : []));
        return codesIn(steps).length > 0 ? used : [];
      }),
      'storage: codes: clause 4: a list that uses a code may issue the next one',
    ],
    'a list that issues a code need not close the one before it': [
      changingLists((steps) => [
        ...steps.filter(({ type }) => type !== 'closeTokens'),
        ...codesIn(steps).map(({ token }) => closeTokens(token.userId, ['reset_code'], token.issuedAt)),
      ]),
      'storage: codes: clause 4: a code that is issued beside an open one, or beside another, is a TypeError and nothing is applied',
    ],
    'of two codes in one list the last one counts': [
      changingLists((steps) => {
        const last = new Map(codesIn(steps).map(({ token }) => [token.userId, token]));
        const others = steps.filter((step) => !codesIn([step]).length);
        return [...others, ...[...last.values()].map(issueToken)];
      }),
      'storage: codes: clause 4: a code that is issued beside an open one, or beside another, is a TypeError and nothing is applied',
    ],
    'the codes to close are those that were there before the user was locked': [
      marking({ closedAt: null }, (steps, issued) => {
        const before = new Set(issued);
        return () => (codesIn(steps).length > 0 ? [...issued].filter((id) => !before.has(id)) : []);
      }),
      'storage: codes: clause 5: of many codes that are issued to one user at once, all are, and one is open',
    ],
    'two lists that issue a code at once are not retried': [
      replacing('commit', ({ storage }) => {
        let busy = false;
        return async (steps, limits) => {
          if (codesIn(steps).length === 0) return storage.commit(steps, limits);
          if (busy) throw new Error('duplicate key value violates unique constraint');
          busy = true;
          return storage.commit(steps, limits).finally(() => {
            busy = false;
          });
        };
      }),
      'storage: codes: clause 5: of many codes that are issued to one user at once, all are, and one is open',
    ],
  });
});
