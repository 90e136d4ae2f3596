import { expect, test } from 'vitest';
import { type BindingsWorld, createBindingsWorld, newPassword, ownNames, password } from './bindings-world.js';
import {
  type Asking,
  beginRows,
  brought,
  confirmRows,
  opens,
  post,
  type Row,
  revokeRows,
  type Somebody,
  updateRows,
} from './dialects-together-rows.js';

const ask = <Given>({ ask: asks, dialect }: Row<Given>, world: Asking, given: Given) =>
  asks(world, ownNames[dialect], given);

const ok = (status: number): boolean => status === 200 || status === 202;

/** Of every refusal of a token; the profile dialect has no other word for it than that it is not there. */
const refused = (status: number): boolean => status === 400 || status === 404;

const pairs = <One, Other>(ones: readonly One[], others: readonly Other[]): readonly (readonly [One, Other])[] =>
  ones.flatMap((one) => others.map((other) => [one, other] as const));

async function begun(row: Row<Somebody>) {
  const world = await createBindingsWorld();
  const user = await world.createUser();
  expect((await ask(row, world, user)).status).toSatisfy(ok);
  return { world, user, ...(await brought(world, user)) };
}

test.each(pairs(beginRows, confirmRows).map(([begin, confirm]) => [begin.name, confirm.name, begin, confirm] as const))(
  'a link of %s confirms once by %s',
  async (_, __, begin, confirm) => {
    const { world, user, token } = await begun(begin);
    expect((await ask(confirm, world, { email: user.email, token })).status).toBe(200);
    expect(await opens(world, user, newPassword)).toBe(true);
    for (const again of confirmRows) {
      expect((await ask(again, world, { email: user.email, token })).status, again.name).toSatisfy(refused);
    }
  },
);

const codeRows = beginRows.filter(({ name }) => /iam|password-codes/.test(name));

test.each(pairs(codeRows, confirmRows).map(([begin, confirm]) => [begin.name, confirm.name, begin, confirm] as const))(
  'a code of %s at %s: confirms where codes are taken, and stays good elsewhere',
  async (_, __, begin, confirm) => {
    const { world, user, code } = await begun(begin);
    const given = { email: user.email, token: code ?? '' };
    expect((await ask(confirm, world, given)).status).toSatisfy(confirm.takesCodes ? ok : refused);
    expect(await opens(world, user, newPassword)).toBe(confirm.takesCodes);
    for (const later of confirmRows.filter(({ takesCodes }) => takesCodes)) {
      const status = (await ask(later, world, given)).status;
      // Whoever comes first, and nobody after.
      expect(status, later.name).toSatisfy(!confirm.takesCodes && later.name === 'iam password' ? ok : refused);
    }
  },
);

test.each(beginRows.map((row) => [row.name, row] as const))(
  'a link of %s is known to native’s check, and to nobody’s revoke',
  async (_, begin) => {
    const { world, user, token } = await begun(begin);
    for (const revoke of revokeRows) {
      expect((await ask(revoke, world, { token })).status, revoke.name).toSatisfy(refused);
    }
    const check = await post(world, '/native/password-resets/check', { token });
    expect(JSON.parse(check.body)).toMatchObject({ valid: true, purpose: 'reset' });
    expect(await opens(world, user, password)).toBe(true);
  },
);

/** Every way in which a password comes to be another one. */
const changes: readonly (readonly [string, (world: BindingsWorld, user: Somebody) => Promise<number>])[] = [
  ...confirmRows.map((row): (typeof changes)[number] => [
    row.name,
    async (world, { email }) => (await ask(row, world, { email, token: await world.resetToken(email) })).status,
  ]),
  ...updateRows.map((row): (typeof changes)[number] => [
    row.name,
    async (world, user) => (await ask(row, world, user)).status,
  ]),
];

test.each(pairs(changes, revokeRows).map(([[name, change], revoke]) => [name, revoke.name, change, revoke] as const))(
  'the notice after %s revokes once by %s',
  async (_, __, change, revoke) => {
    const world = await createBindingsWorld();
    const user = await world.createUser();
    expect(await change(world, user)).toBe(200);
    const { token } = await brought(world, user);
    for (const confirm of confirmRows) {
      expect((await ask(confirm, world, { email: user.email, token })).status, confirm.name).toSatisfy(refused);
    }
    expect((await ask(revoke, world, { token })).status).toBe(200);
    expect(await opens(world, user, newPassword)).toBe(false);
    expect(await world.pwreset.users.get(user.id)).toMatchObject({ enabled: false });
    for (const again of revokeRows) {
      expect((await ask(again, world, { token })).status, again.name).toSatisfy(refused);
    }
  },
);
