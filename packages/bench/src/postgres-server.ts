import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Server {
  /** The address of a database; the user in it may make others. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The PostgreSQL that PWRESET_TEST_POSTGRES_URL names, else one that is started for the benchmark and leaves nothing behind. */
export async function startPostgres({ durable = true } = {}): Promise<Server> {
  const given = process.env['PWRESET_TEST_POSTGRES_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  const child = fork(fileURLToPath(new URL('postgres-process.ts', import.meta.url)), durable ? [] : ['--careless'], {
    execArgv: ['--no-warnings', '--experimental-strip-types'],
  });
  const exited = once(child, 'exit');
  const url = await Promise.race([
    once(child, 'message').then(([message]) => String(message)),
    exited.then(([code]) => Promise.reject(new Error(`PostgreSQL did not start, code ${code}`))),
  ]);
  return {
    url,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
