import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sourceArguments } from './main-child.js';
import { call, freshDatabase } from './support.js';

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly serviceKey: string;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

async function start(database: string, smtpPort: number): Promise<Running> {
  const child = fork(here('server-child.ts'), [database, String(smtpPort)], { execArgv: sourceArguments });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [message] = await once(child, 'message');
  return { child, ...message };
}

async function killed({ child }: Running): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

test('P5: a mail that was under way when the process was killed arrives after the next start, once the lease is over', async () => {
  const received: { readonly text: string; readonly messageId: string }[] = [];
  const arrivals: (() => void)[] = [];
  let attempts = 0;
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      attempts += 1;
      const first = attempts === 1;
      simpleParser(stream).then((mail) => {
        received.push({ text: mail.text ?? '', messageId: mail.messageId ?? '' });
        arrivals.shift()?.();
        // The first time the server says nothing more, so the sender cannot know.
        if (!first) done();
      }, done);
    },
  });
  smtp.on('error', () => undefined);
  const listener = smtp.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => new Promise((resolve) => smtp.close(() => resolve())));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const arrival = (): Promise<void> => new Promise((resolve) => arrivals.push(resolve));

  const database = freshDatabase();
  const first = await start(database, address.port);
  const user =
    '{"email":"ann@example.com","name":"Ann","password":"the old password","is_enabled":true,"locale":"en","timezone":"Etc/UTC","password_allow_reset":true}';
  expect((await call(first, 'POST', '/v1/user', user)).status).toBe(200);
  const underWay = arrival();
  const begun = await call(first, 'POST', '/v1/auth/provider/local/reset-password', '{"email":"ann@example.com"}');
  expect(begun.status).toBe(200);
  await underWay;
  await killed(first);

  const again = arrival();
  const second = await start(database, address.port);
  expect(second.serviceKey).toBe(first.serviceKey);
  await again;
  expect(received).toHaveLength(2);
  expect(received[1]).toEqual(received[0]);
  const token = /token=([0-9a-z]{50})/.exec(received[1]?.text ?? '')?.[1];
  const confirmation = JSON.stringify({ token, password: 'a brand new password' });
  const confirmed = await call(second, 'POST', '/v1/auth/provider/local/reset-password/confirm', confirmation);
  expect(confirmed.status).toBe(200);
});
