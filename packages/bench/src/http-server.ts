import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ask, Reply, ServerPlan, ServerReady } from './http-channel.js';

export interface HttpServer extends ServerReady {
  ask(ask: Ask): Promise<Reply>;
  stop(): Promise<void>;
}

const beside = (path: string): URL => new URL(path, import.meta.url);

/** Starts the server of a line in a process of its own, so that the generator of requests does not take its time. */
export async function startHttpServer(plan: ServerPlan): Promise<HttpServer> {
  const child = fork(fileURLToPath(beside('http-process.ts')), [JSON.stringify(plan)], {
    execArgv: [
      '--no-warnings',
      '--experimental-transform-types',
      '--import',
      beside('../../../.config/typescript-hook.mjs').href,
    ],
    env: { ...process.env, NODE_ENV: 'production' },
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => Promise.reject(new Error(`the server ended, code ${code}`)));
  // Whoever waits for a message hears of it.
  ended.catch(() => undefined);
  const ready: ServerReady = await Promise.race([once(child, 'message').then(([message]) => message), ended]);
  return {
    ...ready,
    async ask(ask) {
      const answered = once(child, 'message');
      child.send(ask);
      const [reply] = await Promise.race([answered, ended]);
      return reply;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
