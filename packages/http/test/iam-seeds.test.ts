import { expect, test } from 'vitest';
import { iam, securityLinks } from '../src/index.js';
import { bytes } from './fixture.js';
import { confirmCode, createOpenWorld, requestCode, shownOf, wrongCode } from './open-fixture.js';

/** As printed; curl does not send a header without a value, other clients do. */
const printedHeaders = [
  { 'content-type': 'application/json' },
  { 'content-type': 'application/json', 'x-app-name': '' },
] as const;
const requestBody =
  '{\n  "email": "john.doe@example.com",\n  "resetPasswordUrl": "http://iqraa.ai/forgot-password?code={{code}}"\n}';
const confirmBody =
  '{\n  "email": "john.doe@gmail.com",\n  "verificationCode": "XSR89TU",\n  "newPassword": "Secret@slidezAB"\n}';

/** The printed URL is plain http, which a service has to be allowed by name. */
const printedWorld = () =>
  createOpenWorld({
    core: {
      allowInsecureLinks: true,
      service: {
        name: 'Iqraa',
        url: 'https://iqraa.ai',
        links: securityLinks('iqraa.ai'),
        resetUrls: ['http://iqraa.ai/forgot-password?code={{code}}'],
      },
    },
    dialects: [iam()],
  });

test.each(printedHeaders)('the printed requests reset a password, with headers %j', async (headers) => {
  const world = await printedWorld();
  await world.createUser('john.doe@example.com');
  await world.createUser('john.doe@gmail.com');
  const mailed = async (email: string) => {
    const body = bytes(requestBody.replace('john.doe@example.com', email));
    const begun = await world.post(requestCode, undefined, { headers, body });
    expect([begun.status, begun.body]).toEqual([200, '{}']);
    await world.pwreset.idle();
    return world.mailer.lastMail(email, 'reset_code');
  };
  expect(await mailed('john.doe@example.com')).toMatchObject({
    code: expect.stringMatching(/^[0-9A-Z]{8}$/),
    url: expect.stringMatching(/^http:\/\/iqraa\.ai\/forgot-password\?code=[0-9a-z]{50}$/),
  });

  // The printed code is nobody's: a wrong one.
  const printed = await world.put(confirmCode, undefined, { headers, body: bytes(confirmBody) });
  expect(shownOf(printed)).toEqual(wrongCode);
  const mail = await mailed('john.doe@gmail.com');
  const code = mail.kind === 'reset_code' ? mail.code : '';
  const body = bytes(confirmBody.replace('XSR89TU', code));
  const done = await world.put(confirmCode, undefined, { headers, body });
  expect([done.status, done.body]).toEqual([200, '{}']);
  expect(await world.opens('Secret@slidezAB', 'john.doe@gmail.com')).toBe(true);
});
