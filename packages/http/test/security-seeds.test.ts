import { expect, test } from 'vitest';
import { bytes } from './fixture.js';
import { ann, begin, createOpenWorld, invalidLink, reset, shownOf } from './open-fixture.js';

/** The requests of the wire format's document, byte for byte. */
const headers = { 'content-type': 'application/json; charset=utf-8' };
const beginBody = '{\n  "email": "test@example.com"\n}';
const resetBody = '{\n  "token": "r8ON0H057qLZbNl5bIfB0CYmLGSEvVri662PWbY2",\n  "password": "!my-NEW-password!"\n}';

test('both steps work as they are printed', async () => {
  const world = await createOpenWorld();
  await world.createUser('test@example.com');
  const begun = await world.post(begin, undefined, { headers, body: bytes(beginBody) });
  expect([begun.status, begun.body]).toEqual([200, '{"message":"OK"}']);
  await world.pwreset.idle();
  const link = world.mailer.lastLink('test@example.com', 'reset');
  expect(link).toMatch(/^https:\/\/app\.example\/security\/reset-password\/reset\?token=[0-9a-z]{20,60}$/);

  const printed = await world.post(reset, undefined, { headers, body: bytes(resetBody) });
  expect(shownOf(printed)).toEqual(invalidLink);
  const token = new URL(link).searchParams.get('token') ?? '';
  const body = bytes(resetBody.replace('r8ON0H057qLZbNl5bIfB0CYmLGSEvVri662PWbY2', token));
  const done = await world.post(reset, undefined, { headers, body });
  expect([done.status, done.body]).toEqual([200, '{"message":"OK"}']);
  expect(await world.opens('!my-NEW-password!', 'test@example.com')).toBe(true);
});

test('the printed answer of begin is that for any address', async () => {
  const world = await createOpenWorld();
  const { status, body } = await world.post(begin, undefined, { headers, body: bytes(beginBody) });
  expect([status, body]).toEqual([200, '{"message":"OK"}']);
  await world.createUser(ann);
  expect((await world.post(begin, { email: ann })).body).toBe(body);
});
