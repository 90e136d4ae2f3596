import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL for this run; its user is a superuser and makes databases for the tests. */
    postgresServerUrl: string;
  }
}

/**
 * For the `globalSetup` of a project whose tests need a PostgreSQL: the one that PWRESET_TEST_POSTGRES_URL names, else a real
 * one from npm, which is the child of a process of its own and ends with this one, however it ends.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['PWRESET_TEST_POSTGRES_URL'];
  if (given !== undefined) {
    project.provide('postgresServerUrl', given);
    return async () => undefined;
  }
  const child = fork(fileURLToPath(new URL('postgres-process.ts', import.meta.url)), [], {
    execArgv: ['--no-warnings', '--experimental-strip-types'],
  });
  const ended = once(child, 'exit');
  const [url] = await Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error('PostgreSQL did not start');
    }),
  ]);
  project.provide('postgresServerUrl', String(url));
  return async () => {
    if (child.connected) child.disconnect();
    await ended;
  };
}
