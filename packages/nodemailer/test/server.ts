import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly smtpUtf8: boolean;
  readonly raw: Buffer;
}

export interface RunningServer {
  readonly port: number;
  readonly received: readonly Received[];
  /** How many connections were opened. */
  readonly connections: () => number;
  /** Emits `close` once for every connection that has ended. */
  readonly server: SMTPServer;
}

/** A real SMTP server on the loopback interface that keeps what it takes; it stops with the test. */
export async function startServer(options: SMTPServerOptions = {}): Promise<RunningServer> {
  const received: Received[] = [];
  let connections = 0;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1,
    logger: false,
    onConnect: (_, callback) => {
      connections += 1;
      callback();
    },
    onData: (stream, { envelope }, callback) => {
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      const to = envelope.rcptTo.map(({ address }) => address);
      buffer(stream).then((raw) => {
        received.push({ from, to, smtpUtf8: envelope.smtpUtf8 === true, raw });
        callback();
      }, callback);
    },
    ...options,
  });
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => new Promise((resolve) => server.close(resolve)));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { port: address.port, received, connections: () => connections, server };
}
