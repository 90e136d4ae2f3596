import type { TestProject } from 'vitest/node';
import { startPostgres } from '../src/postgres-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL of this run; its user may make databases. */
    benchServerUrl: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres({ durable: false });
  project.provide('benchServerUrl', url);
  return stop;
}
