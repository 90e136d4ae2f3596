import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { type MailerUnderTest, type ReceivedMail, testMailer } from '@pwreset/conformance';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { describe, test } from 'vitest';
import { nodemailerMailer } from '../src/index.js';

/** A mail as a mail client shows it. The server has taken its envelope. */
async function read(raw: Buffer, { envelope }: SMTPServerSession): Promise<ReceivedMail> {
  const parsed = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true });
  return {
    recipients: envelope.rcptTo.map(({ address }) => address),
    messageId: parsed.messageId?.replace(/^<|>$/g, '') ?? '',
    headers: parsed.headerLines.map(({ key, line }) => [
      key,
      line
        .slice(key.length + 1)
        .replace(/\r?\n(?=[ \t])/g, '')
        .trim(),
    ]),
    text: parsed.text ?? '',
    html: parsed.html === false ? null : parsed.html,
  };
}

/** A real SMTP server, and a mailer that sends to it. */
async function overSmtp({ pool }: { readonly pool: boolean }): Promise<MailerUnderTest> {
  const received: Promise<ReceivedMail>[] = [];
  const faults: ((refuse: () => void) => void)[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1,
    logger: false,
    onData: (stream, session, callback) => {
      buffer(stream).then((raw) => {
        const fault = faults.shift();
        if (fault !== undefined) return fault(() => callback(new Error('no')));
        received.push(read(raw, session));
        callback();
      }, callback);
    },
  });
  // A client that gives up closes its connection; that is what it should do.
  server.on('error', () => {});
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const transport = { host: '127.0.0.1', port: address.port, ...(pool && { pool }) };
  const mailer = nodemailerMailer({ transport, from: 'no-reply@shop.example' });
  return {
    mailer,
    received: () => Promise.all(received),
    refuseNext: () => faults.push((refuse) => refuse()),
    hangNext: () => new Promise((resolve) => faults.push(() => resolve())),
    async dispose() {
      mailer.close();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

describe('over a connection for each mail', () => testMailer({ test, factory: () => overSmtp({ pool: false }) }));
describe('over a pool', () => testMailer({ test, factory: () => overSmtp({ pool: true }) }));
