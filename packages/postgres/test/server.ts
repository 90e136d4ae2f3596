import type { TestProject } from 'vitest/node';
import { startPostgres } from './start-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of an empty database in the server that this run of the tests has; its user is a superuser. */
    postgresUrl: string;
  }
}

/** For `globalSetup` of any package whose tests need a PostgreSQL. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres();
  project.provide('postgresUrl', url);
  return stop;
}
