import type { HttpResponse } from '@pwreset/http';
import { describe, expect, test } from 'vitest';
import { createBindingsWorld, newPassword, ownNames } from './bindings-world.js';
import {
  type Asking,
  beginRows,
  brought,
  confirmRows,
  opens,
  type Row,
  revokeRows,
  type Somebody,
} from './dialects-together-rows.js';

const named = <Found extends { readonly name: string }>(rows: readonly Found[], names: RegExp): readonly Found[] =>
  rows.filter(({ name }) => names.test(name));

const ask = <Given>({ ask: asks, dialect }: Row<Given>, world: Asking, given: Given): Promise<HttpResponse> =>
  asks(world, ownNames[dialect], given);

/** A list that begins with each of its items in turn. */
const rotations = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.map((_, at) => [...items.slice(at), ...items.slice(0, at)]);

const none = { capacity: 1_000_000, refillMs: 1 };

/** Rows that take an address, whoever has it. */
const byAddress = named(beginRows, /^(?!profile|native users)/);
/** Rows that anyone may call, and that are counted by the client's address. */
const openBegins = named(byAddress, /^(?!sso)/);
const openConfirms = named(confirmRows, /^(?!sso|profile)/);
const openRevokes = named(revokeRows, /^(?!sso)/);

describe('one budget for all dialects:', () => {
  test.each(rotations(byAddress).map((rows) => [rows[0]?.name, rows] as const))(
    'the mails that can be asked for one address, from %s on',
    async (_, rows) => {
      const world = await createBindingsWorld({ limits: { begin_by_address: { capacity: 3, refillMs: 60_000 } } });
      const user = await world.createUser();
      for (const row of rows) {
        // The answer tells nobody that there will be no mail.
        expect((await ask(row, world, user)).status, row.name).toBe(row.dialect === 'native' ? 202 : 200);
        await world.pwreset.idle();
      }
      expect(world.mailer.mails).toHaveLength(3);
    },
  );

  test.each(rotations(openBegins).map((rows) => [rows[0]?.name, rows] as const))(
    'what one client may begin, from %s on',
    async (_, rows) => {
      const world = await createBindingsWorld({ limits: { ip: { capacity: rows.length - 1, refillMs: 5_000 } } });
      const answers: HttpResponse[] = [];
      for (const row of rows) answers.push(await ask(row, world, await world.createUser()));
      expect(answers.map(({ status }) => status === 429)).toEqual(rows.map((_row, at) => at === rows.length - 1));
      expect(answers.at(-1)?.headers['Retry-After']).toBe('5');
    },
  );

  type Used = Awaited<ReturnType<typeof used>>;
  /** A token of each kind that was good once. One that never was is refused by its form, and costs nothing. */
  async function used(world: Asking & { readonly resetToken: (email: string) => Promise<string> }, email: string) {
    const { pwreset, caller: service } = world;
    const reset = await world.resetToken(email);
    await pwreset.confirmReset({ service, token: reset, password: newPassword });
    const { token: revoke } = await brought(world, { email });
    await pwreset.revoke({ service, token: revoke });
    return { email, reset, revoke };
  }
  const tokenRows: readonly Row<Used>[] = [
    ...openConfirms.map(
      (row): Row<Used> => ({
        ...row,
        ask: (world, at, { email, reset }) => row.ask(world, at, { email, token: reset }),
      }),
    ),
    ...openRevokes.map(
      (row): Row<Used> => ({
        ...row,
        ask: (world, at, { revoke }) => row.ask(world, at, { token: revoke }),
      }),
    ),
  ];
  test.each(rotations(tokenRows).map((rows) => [rows[0]?.name, rows] as const))(
    'the tokens that one client may try, from %s on; what it may begin is counted apart',
    async (_, rows) => {
      const world = await createBindingsWorld({ limits: { ip: { capacity: rows.length - 1, refillMs: 5_000 } } });
      const user = await world.createUser();
      const given = await used(world, user.email);
      const statuses: number[] = [];
      for (const row of rows) statuses.push((await ask(row, world, given)).status);
      expect(statuses).toEqual(rows.map((_row, at) => (at === rows.length - 1 ? 429 : 400)));
      for (const begin of openBegins) expect((await ask(begin, world, user)).status).toBeLessThan(300);
    },
  );

  const guessRows = confirmRows.filter(({ takesCodes }) => takesCodes);
  test.each(rotations(guessRows).map((rows) => [rows[0]?.name, rows] as const))(
    'the guesses of a code, from %s on; the link stays good at each of them',
    async (_, rows) => {
      const world = await createBindingsWorld();
      const user = await world.createUser();
      const begin = named(beginRows, /password-codes/)[0] ?? neverThere();
      await ask(begin, world, user);
      const { token, code } = await brought(world, user);
      const guess = (row: Row<{ email: string; token: string; ip: string }> | undefined, given: string, ip: string) =>
        ask(row ?? neverThere(), world, { email: user.email, token: given, ip });
      const wrong = code === 'AAAAAAAA' ? 'BBBBBBBB' : 'AAAAAAAA';
      // From another address each time: the budget is the account's.
      for (let count = 0; count < 5; count += 1) {
        const { status } = await guess(rows[count % rows.length], wrong, `192.0.2.${count}`);
        expect(status, `guess ${count}`).toBe(400);
      }
      for (const row of rows) {
        const answer = await guess(row, code ?? '', '198.51.100.1');
        expect([answer.status, Number(answer.headers['Retry-After']) > 0], row.name).toEqual([429, true]);
      }
      expect(await opens(world, user, newPassword)).toBe(false);
      const [link] = named(confirmRows, /^security/);
      expect((await guess(link, token, '198.51.100.2')).status).toBe(200);
      expect(await opens(world, user, newPassword)).toBe(true);
    },
  );

  test('what services ask for is counted by service, over the dialects that have keys', async () => {
    const rows = named(beginRows, /^(?:sso|profile|native users)/);
    const world = await createBindingsWorld({
      limits: { ip: { capacity: 1, refillMs: 5_000 }, service: { capacity: 2, refillMs: 5_000 } },
    });
    const statuses: number[] = [];
    for (const row of rows) statuses.push((await ask(row, world, await world.createUser())).status);
    expect(statuses).toEqual([200, 200, 429]);
    const [other] = openBegins;
    expect((await ask(other ?? neverThere(), world, await world.createUser())).status).toBe(200);
  });
});

function neverThere(): never {
  throw new Error('there is no such row');
}

/** Whoever has the address has one budget with each service. */
test('another service has mails of its own to ask for', async () => {
  const world = await createBindingsWorld({
    limits: { begin_by_address: { capacity: 1, refillMs: 60_000 }, ip: none },
  });
  const user: Somebody = await world.createUser();
  const other: Asking = { ...world, ...(await world.service('Shop')) };
  const [sso] = named(beginRows, /^sso/);
  for (const asking of [world, world, other, other]) {
    await ask(sso ?? neverThere(), asking, user);
    await world.pwreset.idle();
  }
  expect(world.mailer.mails.map(({ service }) => service.name)).toEqual(['Acme', 'Shop']);
});
