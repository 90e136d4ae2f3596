import { renderMail } from '@pwreset/templates';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { type MailTransport, type NodemailerMailerOptions, nodemailerMailer } from '../src/index.js';
import { longUrl, never, resetMail } from './mails.js';
import { startServer } from './server.js';

async function sent(mail = resetMail, options: Partial<NodemailerMailerOptions> = {}) {
  const server = await startServer();
  const transport: MailTransport = { host: '127.0.0.1', port: server.port };
  const mailer = nodemailerMailer({ transport, from: 'no-reply@acme.example', ...options });
  await mailer.send(mail, { signal: never() });
  const [received, ...others] = server.received;
  if (received === undefined || others.length > 0) throw new Error('not exactly one mail was received');
  const raw = received.raw.toString('utf8');
  const fields = raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const field = (name: string): readonly string[] =>
    fields
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))
      .map((line) => line.slice(name.length + 2));
  const parsed = await simpleParser(received.raw, { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true });
  return { received, raw, field, parsed };
}

describe('a mail that was sent', () => {
  it('carries text and html as they were written', async () => {
    const { parsed, raw } = await sent();
    const { subject, text, html } = renderMail(resetMail);
    expect(parsed.subject).toBe(subject);
    expect(parsed.text?.trimEnd()).toBe(text.trimEnd());
    expect(parsed.html).toBe(html);
    expect(parsed.attachments).toEqual([]);
    expect(raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  it('carries a URL of 300 characters unbroken', async () => {
    expect(longUrl).toHaveLength(300);
    const { parsed } = await sent();
    expect(parsed.text?.split('\n')).toContain(longUrl);
    expect(String(parsed.html)).toContain(`<a href="${longUrl.replaceAll('&', '&amp;')}">`);
  });

  it('survives lines that look like the end of the data', async () => {
    const text = 'a\n.\n..\n.b\nQUIT\nFrom x\n';
    const { parsed } = await sent(resetMail, {
      render: () => ({ subject: '.', text, html: `<p>${text}</p>`, lang: 'en' }),
    });
    expect(parsed.text?.trimEnd()).toBe(text.trimEnd());
    expect(parsed.html).toBe(`<p>${text}</p>`);
    expect(parsed.subject).toBe('.');
  });

  it('has the Message-ID that it was given, the same at each attempt', async () => {
    for (const attempt of [await sent(), await sent()]) {
      expect(attempt.field('Message-ID')).toEqual([`<${resetMail.messageId}>`]);
    }
  });

  it('says once that a program sent it, what not to answer, and in which language it is', async () => {
    const { field } = await sent();
    expect(field('Auto-Submitted')).toEqual(['auto-generated']);
    expect(field('X-Auto-Response-Suppress')).toEqual(['OOF, AutoReply']);
    expect(field('Content-Language')).toEqual(['en']);
    expect(field('Date')).toHaveLength(1);
    expect(field('X-Mailer')).toEqual([]);
    for (const name of ['Cc', 'Bcc', 'Reply-To']) expect(field(name)).toEqual([]);
  });

  it('comes from the service, or from the name that was configured', async () => {
    const from = async (options: Partial<NodemailerMailerOptions>, name = 'Acme') =>
      (await sent({ ...resetMail, service: { name, url: 'https://acme.example' } }, options)).parsed.from?.value;
    const address = 'no-reply@acme.example';
    expect(await from({})).toEqual([{ name: 'Acme', address }]);
    expect(await from({ from: { name: 'Acme, Accounts', address } })).toEqual([{ name: 'Acme, Accounts', address }]);
    expect(await from({ from: `"Acme <Accounts>" <${address}>` })).toEqual([{ name: 'Acme <Accounts>', address }]);
    expect(await from({}, 'Eve <eve@evil.example>,\r\nBcc: eve@evil.example')).toEqual([
      { name: 'Eve <eve@evil.example>, Bcc: eve@evil.example', address },
    ]);
  });

  it('asks for answers where that is configured', async () => {
    const { parsed, received } = await sent(resetMail, { replyTo: 'Help <help@acme.example>' });
    expect(parsed.replyTo?.value).toEqual([{ name: 'Help', address: 'help@acme.example' }]);
    expect(received.from).toBe('no-reply@acme.example');
  });

  it('keeps letters of every script in subject, sender and body', async () => {
    const name = '株式会社 Bücher 🔑 שלום';
    const { parsed, raw } = await sent(
      { ...resetMail, name: 'Jürgen 李', service: { name, url: 'https://acme.example' } },
      { render: (mail) => ({ ...renderMail(mail), subject: `Passwort zurücksetzen — ${name}` }) },
    );
    expect(parsed.subject).toBe(`Passwort zurücksetzen — ${name}`);
    expect(parsed.from?.value[0]?.name).toBe(name);
    expect(parsed.text).toContain('Hello Jürgen 李,');
    expect(parsed.html).toContain('Hello Jürgen 李,');
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).toMatch(/^[\x20-\x7e\t\r\n]*$/);
  });

  // The server shows domains in Unicode; without SMTPUTF8 (RFC 6531) they were sent as A-labels (RFC 5890).
  it.each([
    ['ann@example.com', 'ann@example.com', false],
    ["o'hara+tag%x!y@sub.example.com", "o'hara+tag%x!y@sub.example.com", false],
    ['ann@bücher.example', 'ann@bücher.example', false],
    ['jürgen@bücher.example', 'jürgen@bücher.example', true],
    ['用户@例え.example', '用户@例え.example', true],
    ['-f@example.com', '-f@example.com', false],
  ])('to %s goes to %s and nobody else', async (to, mailbox, smtpUtf8) => {
    const { received, parsed } = await sent({ ...resetMail, to });
    expect(received.to).toEqual([mailbox]);
    expect(received.smtpUtf8).toBe(smtpUtf8);
    expect([parsed.to].flat().flatMap((list) => list?.value ?? [])).toEqual([{ name: '', address: to }]);
  });

  it('takes a URL, options or a transporter', async () => {
    const server = await startServer();
    const options = { host: '127.0.0.1', port: server.port };
    const transports = [`smtp://127.0.0.1:${server.port}`, options, createTransport(options)];
    for (const transport of transports) {
      await nodemailerMailer({ transport, from: 'no-reply@acme.example' }).send(resetMail, { signal: never() });
    }
    expect(server.received).toHaveLength(transports.length);
  });

  it('gets no further recipient and no second header from the defaults of a transporter', async () => {
    const server = await startServer();
    const eve = 'eve@evil.example';
    const transport = createTransport(
      { host: '127.0.0.1', port: server.port },
      {
        to: eve,
        cc: eve,
        bcc: [eve],
        from: eve,
        envelope: { from: eve, to: eve },
        headers: { 'Auto-Submitted': 'no', 'X-Own': 'kept' },
      },
    );
    await nodemailerMailer({ transport, from: 'no-reply@acme.example' }).send(resetMail, { signal: never() });
    const [received] = server.received;
    expect(received?.to).toEqual(['ann@example.com']);
    expect(received?.from).toBe('no-reply@acme.example');
    const raw = received?.raw.toString() ?? '';
    expect(raw).not.toContain('evil');
    expect(raw.match(/^Auto-Submitted:.*$/gm)).toEqual(['Auto-Submitted: auto-generated']);
    expect(raw).toMatch(/^X-Own: kept$/m);
  });
});
