import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { systemClock } from '@pwreset/core';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived over SMTP. */
export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** By lower-case name, as they were sent; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly receivedAt: string;
}

/** An SMTP server on loopback that keeps what it is sent. */
export interface Mailbox {
  readonly port: number;
  /** Oldest first. */
  readonly mails: readonly ReceivedMail[];
  close(): Promise<void>;
}

async function parse(message: Readable, to: string): Promise<ReceivedMail> {
  const parsed = await simpleParser(message);
  const headers = parsed.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]);
  return {
    to,
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    headers: Object.fromEntries(headers),
    receivedAt: new Date(systemClock.now()).toISOString(),
  };
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    // Who stays connected does not keep the demo from ending.
    closeTimeout: 1_000,
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
      parse(stream, to).then((mail) => {
        mails.push(mail);
        done();
      }, done);
    },
  });
  // A client that hangs up in the middle is its own business.
  server.on('error', (error) => process.stderr.write(`mailbox: ${error.message}\n`));
  const listener = server.listen(0, '127.0.0.1');
  if (!listener.listening) await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the mailbox has no port');
  return {
    port: address.port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
