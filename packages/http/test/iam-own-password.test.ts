import { describe, expect, test } from 'vitest';
import { iam } from '../src/index.js';
import { bytes } from './fixture.js';
import {
  ann,
  badInput,
  createOpenWorld,
  newPassword,
  type OpenWorld,
  ownPassword,
  password,
  shownOf,
  signedIn,
} from './open-fixture.js';

const good = { currentPassword: password, newPassword };
const wrong = { status: 400, json: { code: 'invalid_credentials', message: 'The current password is wrong.' } };
const noSuchUser = { status: 404, json: { code: 'user_not_found', message: 'There is no such user.' } };

const update = (world: OpenWorld, id: string, json: unknown = good, as: string = id) =>
  world.put(ownPassword(id), json, { headers: signedIn(as) });

describe("a signed-in user's password", () => {
  test('is changed by the current one, and the notice says so', async () => {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    const done = await update(world, id);
    expect([done.status, done.body]).toEqual([200, '{}']);
    expect(await world.opens(newPassword)).toBe(true);
    await world.pwreset.idle();
    expect(world.mailer.lastMail(ann).kind).toBe('update_notice');
  });

  test('nobody else gets as far as the body', async () => {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    const before = world.memory.dump();
    for (const headers of [{}, signedIn('nobody'), { authorization: 'Bearer x' }]) {
      for (const json of [good, ['x'], undefined]) {
        const refused = await world.put(ownPassword(id), json, { headers });
        expect(shownOf(refused)).toEqual({ status: 401, json: { code: 'unauthenticated', message: 'Sign in first.' } });
        expect(refused.headers['WWW-Authenticate']).toBe('Bearer realm="pwreset"');
      }
    }
    expect(world.memory.dump()).toBe(before);
  });

  test("every other user's id has one answer, whether it is there or not, and nothing is looked up", async () => {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    const other = await world.createUser('bob@example.com');
    const before = world.memory.dump();
    const calls = { ...world.storage.calls };
    const existing = await update(world, other.id, good, id);
    expect(shownOf(existing)).toEqual(noSuchUser);
    for (const foreign of ['nobody', id.toUpperCase(), `${id}%20`, '%7BuserId%7D']) {
      expect(await update(world, foreign, good, id)).toEqual(existing);
    }
    expect(await update(world, other.id, { currentPassword: 1 }, id)).toEqual(existing);
    expect(world.memory.dump()).toBe(before);
    expect(world.storage.calls).toEqual(calls);
    expect(world.hasher.verified).toBe(0);
  });

  test('a wrong current password, and a user who is disabled or gone, have one answer', async () => {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    expect(shownOf(await update(world, id, { ...good, currentPassword: 'a wrong password' }))).toEqual(wrong);
    await world.pwreset.users.disable(id);
    expect(shownOf(await update(world, id))).toEqual(wrong);
    await world.pwreset.users.delete(id);
    expect(shownOf(await update(world, id))).toEqual(wrong);
  });

  test('wrong ones are counted by user and client, and delay one network only', async () => {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    const guess = (currentPassword: string, ip: string) =>
      world.put(ownPassword(id), { ...good, currentPassword }, { headers: signedIn(id), ip });
    for (let count = 1; count <= 10; count += 1) {
      expect((await guess(`a wrong password ${count}`, '192.0.2.1')).status).toBe(400);
    }
    const refused = await guess(password, '192.0.2.1');
    expect([refused.status, refused.headers['Retry-After']]).toEqual([429, '30']);
    expect((await guess(password, '198.51.100.1')).status).toBe(200);
  });

  test('what is wrong with the input is named as it is called here', async () => {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    expect(shownOf(await update(world, id, { currentPassword: [password] }))).toEqual(
      badInput({ field: 'currentPassword', problem: 'malformed' }, { field: 'newPassword', problem: 'missing' }),
    );
    expect(shownOf(await update(world, id, { ...good, currentPassword: 'x'.repeat(1_025) }))).toEqual(
      badInput({ field: 'currentPassword', problem: 'too_long' }),
    );
    for (const [wanted, reason] of [
      ['short', 'too_short'],
      [password, 'same_as_before'],
    ]) {
      expect(shownOf(await update(world, id, { ...good, newPassword: wanted }))).toEqual({
        status: 400,
        json: { code: 'password_refused', message: 'The new password is not acceptable.', reasons: [reason] },
      });
    }
    expect(await world.opens(password)).toBe(true);
  });

  test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
    'what a page of another site could send with the cookie, a %s, is refused',
    async (contentType) => {
      const world = await createOpenWorld();
      const { id } = await world.createUser();
      const headers = { ...signedIn(id), 'content-type': contentType };
      for (const body of [bytes(`currentPassword=${password}&newPassword=x`), bytes(JSON.stringify(good))]) {
        expect((await world.put(ownPassword(id), undefined, { headers, body })).status).toBe(415);
      }
      expect((await world.post(ownPassword(id), good, { headers: signedIn(id) })).status).toBe(405);
      expect(await world.opens(password)).toBe(true);
    },
  );

  test('an application that cannot tell who is signed in lets nobody in, and hears of it', async () => {
    const error = new Error('the session store is away');
    const world = await createOpenWorld({ dialects: [iam({ currentUser: () => Promise.reject(error) })] });
    const { id } = await world.createUser();
    expect(shownOf(await update(world, id))).toEqual({
      status: 500,
      json: { code: 'internal_error', message: 'Something went wrong; try again later.' },
    });
    expect(world.faults.map((fault) => [fault.dialect, fault.error])).toEqual([['iam', error]]);
  });

  test('has no row where nobody can be told to be signed in', async () => {
    const world = await createOpenWorld({ dialects: [iam()] });
    const { id } = await world.createUser();
    expect(shownOf(await update(world, id))).toEqual({
      status: 404,
      json: { code: 'not_found', message: 'There is nothing here.' },
    });
  });
});
