import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { MailFailed, nodemailerMailer } from '../src/index.js';
import { never, resetMail } from './mails.js';
import { startServer } from './server.js';

const from = 'no-reply@acme.example';

const hostile = [
  '',
  'ann',
  '@example.com',
  'ann@',
  'ann@example.com,eve@evil.example',
  'ann@example.com, eve@evil.example',
  'ann@example.com;eve@evil.example',
  'ann@example.com eve@evil.example',
  'ann@example.com\teve',
  'ann@example.com\r\nBcc: eve@evil.example',
  'ann@example.com\nRCPT TO:<eve@evil.example>',
  'ann@example.com\r',
  'ann@example.com\u0000',
  'ann\u0000@example.com',
  'ann@example.com\u2028',
  'ann@exa\u00a0mple.com',
  'ann@exam\u202eple.com',
  'ann@exam\u200bple.com',
  '<ann@example.com>',
  'Ann <ann@example.com>',
  'ann@example.com>',
  'eve<x@example.com',
  'ann@example.com> SIZE=1',
  '"ann"@example.com',
  '"ann@evil.example"@example.com',
  'ann(comment)@example.com',
  'ann@evil.example@example.com',
  'Team: ann@example.com, eve@evil.example;',
  '@evil.example:ann@example.com',
  'ann\\@evil.example',
  'ann@[192.0.2.7]',
  'ann@192.0.2.7',
  'ann@evil.example，example.com',
  'ann@evil.example/example.com',
  'ann@example..com',
  'ann..b@example.com',
  `${'a'.repeat(65)}@example.com`,
  `ann@${'a'.repeat(64)}.com`,
  `ann@${'abcdefg.'.repeat(40)}com`,
  'ann\ud800@example.com',
];

describe('the recipient', () => {
  it('is refused before a connection is opened when it is not one plain address', async () => {
    const { port, connections } = await startServer();
    const mailer = nodemailerMailer({ transport: { host: '127.0.0.1', port }, from });
    for (const to of hostile) {
      const error: unknown = await mailer.send({ ...resetMail, to }, { signal: never() }).then(
        () => `${JSON.stringify(to)} was sent to`,
        (reason) => reason,
      );
      expect(error).toEqual(new MailFailed('ERECIPIENT'));
    }
    expect(connections()).toBe(0);
  });

  it('is the one address, whatever it is made of', async () => {
    const stream = createTransport({ streamTransport: true, buffer: true });
    const addresses: (readonly string[])[] = [];
    const mailer = nodemailerMailer({
      transport: {
        sendMail: async (mail) => {
          const info = await stream.sendMail(mail);
          addresses.push(info.envelope.to);
          const to = /^To: (.*(?:\r\n[ \t].*)*)\r\n/m.exec(String(info.message))?.[1] ?? '';
          expect(to.split('@')).toHaveLength(2);
          expect(to).not.toMatch(/[,;:"]/);
        },
      },
      from,
      render: () => ({ subject: '', text: '', html: '', lang: 'en' }),
    });
    const part = fc.oneof(
      fc.constantFrom(...hostile),
      fc.constantFrom(
        'ann',
        '@',
        '@',
        'example.com',
        ',',
        '<',
        '>',
        ' ',
        '\r\n',
        '.',
        ';',
        '"',
        'é',
        '，',
        '。',
        '＠',
        '@',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const address = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(address, async (to) => {
        addresses.length = 0;
        const outcome: unknown = await mailer.send({ ...resetMail, to }, { signal: never() }).catch((reason) => reason);
        if (outcome !== undefined) {
          expect(outcome).toEqual(new MailFailed('ERECIPIENT'));
          return;
        }
        expect(addresses).toHaveLength(1);
        const [recipients = []] = addresses;
        expect(recipients).toHaveLength(1);
        expect(recipients[0]).toMatch(/^[^\s,;:<>@"]+@[^\s,;:<>@"]+$/);
        expect(recipients[0]?.split('@')[0]).toBe(to.split('@')[0]);
      }),
      { numRuns: 500 },
    );
  });
});
