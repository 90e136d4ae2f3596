import { describe, expect, test } from 'vitest';
import { confirm, email, newPassword } from './ann.js';
import { bodyOf, createWorld, dataOf, local, password, redactedError, shown, validationError } from './fixture.js';

describe('revoke', () => {
  test.each(['reset-password/revoke', 'update-password/revoke'])(
    '%s takes either token, once, for a disabled user too',
    async (path) => {
      const world = await createWorld();
      const id = await world.createUser(email);
      await confirm(world, await world.resetToken(email));
      await world.post(`${local}/update-password`, { email, password: newPassword, new_password: password });
      await world.pwreset.idle();
      const tokens = [world.mailedToken(email, 'reset_notice'), world.mailedToken(email, 'update_notice')];
      await world.call('PATCH', `/v1/user/${id}`, { is_enabled: false });
      for (const method of ['GET', 'HEAD']) await world.call(method, `${local}/${path}?token=${tokens[0]}`);
      const [first, second] = tokens;
      const done = await world.post(`${local}/${path}`, { token: first, audit: null });
      expect([done.status, done.body]).toEqual([200, '{}']);
      expect(shown(await world.post(`${local}/${path}`, { token: first }))).toEqual(redactedError);
      // The first closed every other token of the user.
      expect(shown(await world.post(`${local}/${path}`, { token: second }))).toEqual(redactedError);
      expect(dataOf(await world.call('GET', `/v1/user/${id}`))).toMatchObject({ is_enabled: false });
    },
  );

  test('names the audit row to those who ask', async () => {
    const world = await createWorld();
    await world.createUser(email);
    await confirm(world, await world.resetToken(email));
    await world.pwreset.idle();
    const token = world.mailedToken(email, 'reset_notice');
    expect(shown(await world.post(`${local}/reset-password/revoke`, { token, audit: {} }))).toEqual(validationError);
    const done = await world.post(`${local}/reset-password/revoke`, { token, audit: 'AuditType' });
    const [row] = await world.storage.listAudit({ limit: 1 });
    expect(row?.event).toBe('user_revoked');
    expect(bodyOf(done)).toEqual({ audit: row?.id });
  });
});
