import assert from 'node:assert/strict';
import { comparableAddress, mailKinds } from '@pwreset/core';
import { type MailerCase, type ReceivedMail, send, sent, sentAtOnce } from './mailer-kit.js';
import { codeOf, longUrl, mailOf, noticeWithoutLink, tokenOf } from './mailer-samples.js';

const evil = 'eve@evil.example';

/** What strangers call themselves, and what they would have written. */
const hostile = [
  `Ann\r\nBcc: ${evil}`,
  `Ann\nBcc: ${evil}`,
  `Ann\rBcc: ${evil}`,
  `Ann\r\n\r\nX-Injected: a body`,
  'Ann\r\nX-Injected: yes\r\n',
  'Ann\u2028X-Injected: yes\u0085X-Injected: yes\vX-Injected: yes',
  `Ann\r\n.\r\nMAIL FROM:<${evil}>\r\nRCPT TO:<${evil}>\r\nDATA\r\n`,
  `Ann\0\r\nCc: ${evil}`,
  `${evil}>, Ann <${evil}`,
  `"${evil}" <${evil}>;`,
  `=?utf-8?q?=0D=0ABcc:_eve=40evil.example?=`,
  `<b>${evil}</b>`,
  '\ud800 \u202e\u2066 \u200b',
  'x'.repeat(20_000),
  '株式会社 Bücher 🔑 שלום',
  '',
];

/** Header fields that a mail has once at most (RFC 5322, section 3.6), and that strangers would add. */
const single = ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'subject', 'date', 'x-injected'];
const foreign = ['cc', 'bcc', 'x-injected'];

function expectSoundHeaders({ headers }: ReceivedMail): void {
  const names = headers.map(([name]) => name.toLowerCase());
  for (const name of foreign) assert.ok(!names.includes(name), `there is a header field ${name}`);
  for (const name of single) assert.ok(names.filter((other) => other === name).length <= 1, `${name} is there twice`);
  for (const [name, value] of headers) assert.doesNotMatch(value, /[\r\n\0]/, name);
}

/** The same mailbox: the local part byte for byte, the domain as names are compared. */
function sameMailbox(one: string, other: string): boolean {
  const localPart = (address: string): string => address.slice(0, address.lastIndexOf('@'));
  const comparable = comparableAddress(one);
  return (
    localPart(one) === localPart(other) &&
    (comparable === null ? one === other : comparable === comparableAddress(other))
  );
}

function expectRecipient({ recipients }: ReceivedMail, to: string): void {
  const [recipient = '', ...others] = recipients;
  assert.deepEqual(others, []);
  assert.ok(sameMailbox(recipient, to), `${recipient} instead of ${to}`);
}

/** Html with its references resolved, as far as a URL needs them. */
const withoutReferences = (html: string): string =>
  html
    .replace(/&#(x[0-9a-f]+|\d+);/gi, (_, code: string) => String.fromCodePoint(Number(code.replace(/^x/i, '0x'))))
    .replaceAll('&amp;', '&');

function expectLink({ text, html }: ReceivedMail, url: string): void {
  assert.ok(text.includes(url), 'the link is not whole in the text');
  assert.ok(html === null || withoutReferences(html).includes(url), 'the link is not whole in the html');
}

export const mailerCases: Readonly<Record<string, MailerCase>> = {
  'P5: a mail of every kind has been taken when send resolves, once and for its recipient': async (parts) => {
    const mails = [...mailKinds.map((kind, n) => mailOf(kind, n)), noticeWithoutLink(9)];
    for (const mail of mails) {
      const received = await sent(parts, mail);
      expectRecipient(received, mail.to);
      expectSoundHeaders(received);
      assert.equal(received.messageId, mail.messageId);
    }
    assert.equal((await parts.received()).length, mails.length);
  },

  'the link of a mail arrives as it is, 300 characters of it': async (parts) => {
    const mails = mailKinds.filter((kind) => kind !== 'revoke_notice').map((kind, n) => mailOf(kind, n));
    for (const [n, { received }] of (await sentAtOnce(parts, mails)).entries()) {
      const url = longUrl(tokenOf(n));
      assert.equal(url.length, 300);
      expectLink(received, url);
    }
  },

  'the code of a mail arrives as it is': async (parts) => {
    const received = await sent(parts, mailOf('reset_code', 7));
    assert.ok(received.text.includes(codeOf(7)), 'the code is not whole in the text');
    assert.ok(received.html === null || received.html.includes(codeOf(7)), 'the code is not whole in the html');
  },

  'a mail goes to the address that it names, whatever one may look like': async (parts) => {
    const addresses = [
      'ann+reset@example.com',
      "o'brien@example.com",
      'Ann.Example@Example.com',
      '-f@example.com',
      '{a|b}!#$%&*/=?^_`~@example.com',
      'ann@bücher.example',
      'ann@xn--bcher-kva.example',
      'jürgen@bücher.example',
      '用户@例え.example',
      `${'a'.repeat(64)}@${'b'.repeat(63)}.example`,
    ];
    const mails = addresses.map((to, n) => mailOf('reset', n, { to }));
    for (const { mail, received } of await sentAtOnce(parts, mails)) expectRecipient(received, mail.to);
  },

  'what is not one address is refused, or is one recipient all the same': async (parts) => {
    for (const [n, to] of [
      `ann@example.com, ${evil}`,
      `ann@example.com,${evil}`,
      `ann@example.com;${evil}`,
      `ann@example.com ${evil}`,
      `ann@example.com\r\nBcc: ${evil}`,
      `ann@example.com>\r\nRCPT TO:<${evil}`,
      `Ann <ann@example.com>, <${evil}>`,
      `ann@example.com <${evil}>`,
      `Team: ann@example.com, ${evil};`,
      `"ann@example.com, ${evil}"`,
      `"${evil}"@example.com`,
    ].entries()) {
      const before = (await parts.received()).length;
      await send(parts.mailer, mailOf('reset', n, { to })).catch(() => {});
      for (const received of (await parts.received()).slice(before)) {
        assert.deepEqual(received.recipients, [to]);
        expectSoundHeaders(received);
      }
    }
  },

  'no name, device or time zone adds a line, a header field or a recipient, or keeps a mail from being sent': async (
    parts,
  ) => {
    const mails = hostile
      .flatMap((text) => [
        { name: text },
        { service: { name: text, url: 'https://shop.example' } },
        { client: { ip: text, userAgent: text } },
        { locale: text, timezone: text },
      ])
      .map((columns, n) => mailOf('reset', n, columns));
    for (const [n, { mail, received }] of (await sentAtOnce(parts, mails)).entries()) {
      expectRecipient(received, mail.to);
      expectSoundHeaders(received);
      expectLink(received, longUrl(tokenOf(n)));
    }
  },

  'mails at once do not mix': async (parts) => {
    const mails = Array.from({ length: 20 }, (_, n) => mailOf(n % 2 === 0 ? 'reset' : 'update_notice', n));
    for (const [n, { mail, received }] of (await sentAtOnce(parts, mails)).entries()) {
      expectRecipient(received, mail.to);
      expectLink(received, longUrl(tokenOf(n)));
      for (const m of mails.keys()) assert.equal(received.text.includes(tokenOf(m)), m === n);
    }
  },
};
