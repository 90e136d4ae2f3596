import { EventEmitter, once } from 'node:events';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { MailFailed, type MailTransport, nodemailerMailer } from '../src/index.js';
import { longUrl, never, resetMail, token } from './mails.js';
import { startServer } from './server.js';

const from = 'no-reply@acme.example';

async function failure(
  transport: MailTransport,
  options: { readonly signal?: AbortSignal; readonly to?: string } = {},
) {
  const { signal = never(), to = resetMail.to } = options;
  const error: unknown = await nodemailerMailer({ transport, from })
    .send({ ...resetMail, to }, { signal })
    .then(
      () => new Error('the mail was sent'),
      (reason) => reason,
    );
  if (!(error instanceof MailFailed)) throw error;
  return error;
}

const refusal = (responseCode: number): Error => Object.assign(new Error(`no, ${resetMail.to}`), { responseCode });

describe('a mail that was not sent', () => {
  it('is refused by the server for its recipient', async () => {
    const { port, received } = await startServer({ onRcptTo: (_, __, callback) => callback(refusal(550)) });
    expect(await failure({ host: '127.0.0.1', port })).toMatchObject({ code: 'EENVELOPE', responseCode: 550 });
    expect(received).toEqual([]);
  });

  it('is refused by the server for now', async () => {
    const { port } = await startServer({
      onData: (stream, _, callback) => {
        stream.resume().on('end', () => callback(refusal(451)));
      },
    });
    expect(await failure({ host: '127.0.0.1', port })).toMatchObject({ code: 'EMESSAGE', responseCode: 451 });
  });

  it('found no server', async () => {
    const { port, server } = await startServer();
    await new Promise<void>((resolve) => server.close(resolve));
    expect(await failure({ host: '127.0.0.1', port })).toMatchObject({ code: 'ECONNREFUSED', responseCode: null });
  });

  it('was cut off', async () => {
    const { port, server } = await startServer({
      onData: () => {
        for (const connection of server.connections) connection.close();
      },
    });
    expect(await failure({ host: '127.0.0.1', port })).toMatchObject({ code: 'ECONNECTION', responseCode: null });
  });

  it.each([{ accepted: [] }, { accepted: ['ann@example.com', 'eve@evil.example'] }])(
    'was not accepted for exactly one recipient: %j',
    async (info) => {
      expect(await failure({ sendMail: async () => info })).toMatchObject({ code: 'EENVELOPE' });
    },
  );

  it.each([
    [{ path: import.meta.filename }, 'EFILEACCESS'],
    [{ href: 'http://127.0.0.1/' }, 'EURLACCESS'],
  ])('was to load %j', async (attachment, code) => {
    const { port, received } = await startServer();
    const defaults = { attachments: [attachment], disableFileAccess: false, disableUrlAccess: false };
    expect(await failure(createTransport({ host: '127.0.0.1', port }, defaults))).toMatchObject({ code });
    expect(received).toEqual([]);
  });

  it.each(['onRcptTo', 'onData', 'onConnect'] as const)(
    'is given up at once when a server hangs in %s',
    async (event) => {
      const hanging = new EventEmitter();
      const hang = (): void => void hanging.emit('hangs');
      const { port, server, received } = await startServer({
        [event]: hang,
        onClose: () => void hanging.emit('closed'),
      });
      const controller = new AbortController();
      const hangs = once(hanging, 'hangs');
      const closed = once(hanging, 'closed');
      const failed = failure({ host: '127.0.0.1', port }, { signal: controller.signal });
      await hangs;
      controller.abort(new Error(longUrl));
      expect(await failed).toMatchObject({ code: 'EABORT', responseCode: null });
      await closed;
      expect(server.connections.size).toBe(0);
      expect(received).toEqual([]);
    },
  );

  it('is given up at once when a transport hangs that knows no signals', async () => {
    const controller = new AbortController();
    const transport = {
      sendMail: () => {
        queueMicrotask(() => controller.abort());
        return new Promise(() => undefined);
      },
    };
    expect(await failure(transport, { signal: controller.signal })).toMatchObject({ code: 'EABORT' });
  });

  it('is not begun after the signal', async () => {
    const { port, connections } = await startServer();
    expect(await failure({ host: '127.0.0.1', port }, { signal: AbortSignal.abort() })).toMatchObject({
      code: 'EABORT',
    });
    let calls = 0;
    await failure({ sendMail: async () => (calls += 1) }, { signal: AbortSignal.abort() });
    expect([calls, connections()]).toEqual([0, 0]);
  });

  it('could not be written', async () => {
    const mailer = nodemailerMailer({
      transport: { sendMail: async () => undefined },
      from,
      render: (mail) => {
        throw new Error(`no template for ${mail.to}`);
      },
    });
    await expect(mailer.send(resetMail, { signal: never() })).rejects.toMatchObject({
      name: 'MailFailed',
      code: 'ERENDER',
      message: 'the mail was not sent (ERENDER)',
    });
  });

  it.each([
    Object.assign(new Error(`${longUrl} to ann@example.com`), {
      code: `550 ${longUrl}`,
      responseCode: 99_999,
      response: 'ann@example.com',
      cause: new Error(longUrl),
    }),
    `ann@example.com ${longUrl}`,
    undefined,
    null,
  ])('tells no address and no link, whatever was thrown', async (reason) => {
    const thrown = await failure({ sendMail: () => Promise.reject(reason) });
    expect(thrown).toMatchObject({ code: 'EUNKNOWN', responseCode: null, message: 'the mail was not sent (EUNKNOWN)' });
    const told = [thrown.stack, JSON.stringify(thrown), String(thrown), ...Object.values(thrown)].join('\n');
    for (const secret of [token, 'ann@', 'example.com', 'https:']) expect(told).not.toContain(secret);
    expect(thrown.cause).toBeUndefined();
  });
});

describe('nodemailerMailer', () => {
  const transport: MailTransport = { jsonTransport: true };

  it.each([
    '',
    'Acme',
    'a@acme.example, b@acme.example',
    'Team: a@acme.example;',
    '<a@acme.example>, x',
    { address: 'x' },
  ])('refuses to send from %j', (sender) => {
    expect(() => nodemailerMailer({ transport, from: sender })).toThrow(TypeError);
    expect(() => nodemailerMailer({ transport, from, replyTo: sender })).toThrow('replyTo must be one address');
  });

  it.each(['', 'localhost', 'user:secret@localhost', 'https://user:secret@localhost', 'smtp://user:secret@'])(
    'refuses the transport %j without repeating it',
    (url) => {
      const open = (): unknown => nodemailerMailer({ transport: url, from });
      expect(open).toThrow(TypeError);
      expect(open).toThrow(/^transport must be an smtp: or smtps: URL, options or a transporter$/);
    },
  );

  it('closes the connections of a pool that it opened', async () => {
    const closing = new EventEmitter();
    const { port, connections, received } = await startServer({ onClose: () => void closing.emit('closed') });
    const closed = once(closing, 'closed');
    const mailer = nodemailerMailer({ transport: { host: '127.0.0.1', port, pool: true }, from });
    await mailer.send(resetMail, { signal: never() });
    await mailer.send(resetMail, { signal: never() });
    expect(received).toHaveLength(2);
    mailer.close();
    await closed;
    await expect(mailer.send(resetMail, { signal: never() })).rejects.toBeInstanceOf(MailFailed);
    expect(connections()).toBe(1);
  });

  it('leaves a transporter open that was handed in', async () => {
    let closed = false;
    const transporter = {
      sendMail: async () => undefined,
      close: () => {
        closed = true;
      },
    };
    nodemailerMailer({ transport: transporter, from }).close();
    expect(closed).toBe(false);
  });
});
