import { describe, expect, test } from 'vitest';
import { email, login } from './ann.js';
import { createWorld, local, shown, validationError } from './fixture.js';

describe('reset-password', () => {
  test('the answer is the same, byte for byte, whoever has the address (P1)', async () => {
    const world = await createWorld();
    await world.createUser(email);
    await world.createUser('disabled@example.com', { is_enabled: false });
    await world.createUser('fixed@example.com', { password_allow_reset: false });
    await world.createUser('none@example.com', { password: null });
    const calls = { ...world.storage.calls };
    const known = await world.post(`${local}/reset-password`, { email });
    expect([known.status, known.body]).toEqual([200, '{}']);
    for (const other of ['disabled@example.com', 'fixed@example.com', 'none@example.com', 'nobody@example.com']) {
      expect(await world.post(`${local}/reset-password`, { email: other })).toEqual(known);
    }
    expect(world.storage.calls.findUsersByEmail).toBe(calls.findUsersByEmail);
    await world.pwreset.idle();
    expect(world.mailer.mails.map(({ to }) => to)).toEqual([email]);
  });

  test('the answer stays the same over the limit of an address, and no further mail is sent', async () => {
    const world = await createWorld();
    await world.createUser(email);
    for (let count = 0; count < 10; count += 1) {
      const answer = await world.post(`${local}/reset-password`, { email, nonce: count });
      expect([answer.status, answer.body]).toEqual([200, '{}']);
      await world.pwreset.idle();
    }
    expect(world.mailer.mails.length).toBe(3);
  });

  test('asking changes nothing for the user (P9)', async () => {
    const world = await createWorld();
    await world.createUser(email);
    for (let count = 0; count < 50; count += 1) await world.post(`${local}/reset-password`, { email });
    await world.pwreset.idle();
    expect((await login(world)).status).toBe(200);
  });

  test.each(['ann@', '@example.com', 'ann@example.com\0', 'ann@exa mple.com', `${'x'.repeat(65)}@example.com`])(
    'an address that is none (%j) is refused before any look-up',
    async (malformed) => {
      const world = await createWorld();
      const before = world.kept();
      expect(shown(await world.post(`${local}/reset-password`, { email: malformed }))).toEqual(validationError);
      expect(world.kept()).toBe(before);
    },
  );

  test('hostile headers do not reach the link (P11)', async () => {
    const world = await createWorld();
    await world.createUser(email);
    const headers = {
      'content-type': 'application/json',
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
      referer: 'https://evil.example',
    };
    await world.post(`${local}/reset-password`, { email }, { headers });
    await world.pwreset.idle();
    expect(JSON.stringify(world.mailer.mails)).not.toContain('evil');
  });

  test('the mail says who asked', async () => {
    const world = await createWorld();
    await world.createUser(email);
    const headers = { 'content-type': 'application/json', 'user-agent': `Browser ${'x'.repeat(9_000)}` };
    await world.post(`${local}/reset-password`, { email }, { headers, ip: '198.51.100.7' });
    await world.pwreset.idle();
    const { client } = world.mailer.lastMail(email, 'reset');
    expect(client.ip).toBe('198.51.100.7');
    expect(client.userAgent).toMatch(/^Browser x{292}$/);
  });
});
