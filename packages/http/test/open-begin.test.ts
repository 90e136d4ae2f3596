import { describe, expect, test } from 'vitest';
import {
  ann,
  badInput,
  begin,
  createOpenWorld,
  newPassword,
  requestCode,
  reset,
  resetPasswordUrl,
  shownOf,
} from './open-fixture.js';

const begins = [
  [begin, '{"message":"OK"}', (email: string) => ({ email })],
  [requestCode, '{}', (email: string) => ({ email, resetPasswordUrl })],
] as const;

describe.each(begins)('POST %s', (path, ok, bodyFor) => {
  test('the answer is the same, byte for byte, whoever has the address (P1)', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    await world.createUser('disabled@example.com', { enabled: false });
    await world.createUser('fixed@example.com', { passwordAllowReset: false });
    await world.createUser('none@example.com', { password: undefined });
    const began = async (email: string) => {
      const before = { ...world.storage.calls };
      const answer = await world.post(path, bodyFor(email));
      const calls = Object.entries(world.storage.calls).filter(
        ([name, count]) => count !== Object.entries(before).find(([other]) => other === name)?.[1],
      );
      return { answer, calls: calls.map(([name]) => name) };
    };
    const known = await began(ann);
    expect([known.answer.status, known.answer.body]).toEqual([200, ok]);
    expect(known.calls).not.toContain('findUsersByEmail');
    for (const other of ['disabled@example.com', 'fixed@example.com', 'none@example.com', 'nobody@example.com']) {
      expect(await began(other)).toEqual(known);
    }
    await world.pwreset.idle();
    expect(world.mailer.mails.map(({ to }) => to)).toEqual([ann]);
    for (let count = 0; count < 10; count += 1) {
      expect(await began(ann)).toEqual(known);
      await world.pwreset.idle();
    }
    expect(world.mailer.mails.length).toBe(3);
  });

  test('a mail that cannot be sent shows nowhere', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    world.mailer.throwNext(new Error('no relay'));
    const known = await world.post(path, bodyFor(ann));
    await world.pwreset.idle();
    expect(await world.post(path, bodyFor('nobody@example.com'))).toEqual(known);
    expect(known.body).toBe(ok);
    expect(world.faults).toEqual([]);
  });

  test('mails go to the stored address, and hostile headers do not reach the link (P5, P11)', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
      referer: 'https://evil.example/',
    };
    await world.post(path, bodyFor('ANN@Example.COM'), { headers });
    await world.pwreset.idle();
    expect(world.mailer.mails.map(({ to }) => to)).toEqual([ann]);
    expect(world.mailer.lastLink(ann)).toMatch(/^https:\/\/app\.example\//);
  });

  test('an address that only looks alike is nobody (Django CVE-2019-19844)', async () => {
    const world = await createOpenWorld();
    await world.createUser('mike@example.com');
    for (const alike of ['m\u0131ke@example.com', '\uff4dike@example.com', 'm\u00edke@example.com']) {
      const answer = await world.post(path, bodyFor(alike));
      expect([answer.status, answer.body]).toEqual([200, ok]);
    }
    await world.pwreset.idle();
    expect(world.mailer.mails).toEqual([]);
    // The Kelvin sign is a K to Unicode itself (NFC); the mail goes to whom it is stored for.
    await world.post(path, bodyFor('mi\u212ae@example.com'));
    await world.pwreset.idle();
    expect(world.mailer.mails.map(({ to }) => to)).toEqual(['mike@example.com']);
  });
});

describe('resetPasswordUrl', () => {
  test.each([
    ['https://evil.example/forgot-password?code={{code}}', 'not_allowed'],
    ['//app.example/forgot-password?code={{code}}', 'not_allowed'],
    ['https:\\\\app.example\\forgot-password?code={{code}}', 'not_allowed'],
    ['https://app.example@evil.example/forgot-password?code={{code}}', 'not_allowed'],
    ['https://app.example.evil.example/forgot-password?code={{code}}', 'not_allowed'],
    ['https://app.example/forgot-password/../evil?code={{code}}', 'not_allowed'],
    ['https://app.example/forgot-password?code={{code}}\r\nBcc: eve@example.com', 'not_allowed'],
    ['https://app.example/forgot-password?code={{code}}&next=https://evil.example', 'not_allowed'],
    ['https://app.example/forgot-password?code=x', 'not_allowed'],
    ['https://{{code}}.evil.example/', 'not_allowed'],
    ['http://app.example/forgot-password?code={{code}}', 'not_allowed'],
    ['javascript:alert({{code}})', 'not_allowed'],
    ['x'.repeat(2_001), 'too_long'],
    ['', 'missing'],
    [null, 'missing'],
    [undefined, 'missing'],
    [[resetPasswordUrl, 'https://evil.example'], 'malformed'],
  ])('%j is refused before any look-up, alike for every address', async (url, problem) => {
    const world = await createOpenWorld();
    await world.createUser();
    const before = world.memory.dump();
    const known = await world.post(requestCode, { email: ann, resetPasswordUrl: url });
    expect(shownOf(known)).toEqual(badInput({ field: 'resetPasswordUrl', problem }));
    expect(await world.post(requestCode, { email: 'nobody@example.com', resetPasswordUrl: url })).toEqual(known);
    expect(world.memory.dump()).toBe(before);
    expect(world.storage.calls.findUsersByEmail).toBe(0);
  });
});

test('asking changes nothing for the user, and the mailed link works (P9)', async () => {
  const world = await createOpenWorld();
  await world.createUser();
  const { token } = await world.mailedCode();
  for (let count = 0; count < 50; count += 1) {
    const [path, , bodyFor] = begins[count % 2] ?? begins[0];
    await world.post(path, bodyFor(ann), { ip: `192.0.2.${count}` });
  }
  await world.pwreset.idle();
  expect((await world.post(reset, { token, password: newPassword })).status).toBe(200);
});
