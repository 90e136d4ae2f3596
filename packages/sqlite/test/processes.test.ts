import { testStorageAcrossProcesses } from '@pwreset/conformance';
import { enqueue, jobId } from '@pwreset/core';
import { schemaVersion } from '@pwreset/kysely';
import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { contenderProgram, sharedSqlite, startContender } from './processes-shared.js';
import { freshPath, newJob, openStorage } from './support.js';

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const program = await contenderProgram();

testStorageAcrossProcesses({ test, factory: () => sharedSqlite(program) });

test('processes that start at once on a new file migrate it once, and share what it holds', async () => {
  const database = freshPath();
  const names = ['a', 'b', 'c', 'd'];
  const contenders = await Promise.all(names.map(() => startContender(program, database)));
  const lists = names.map((name) => [enqueue(newJob({ id: jobId(name) }))]);
  const results = await Promise.all(contenders.map((contender, n) => contender.commit(lists.slice(n, n + 1))));
  await Promise.all(contenders.map((contender) => contender.stop()));

  expect(results.flat()).toEqual(names.map(() => ({ outcome: 'applied' })));
  const jobs = await openStorage({ database, migrate: false }).listJobs({ limit: 10 });
  expect(jobs.map(({ id }) => id).toSorted()).toEqual(names);
  const versions = new SqliteDatabase(database).prepare('select version from pwreset_migrations').pluck().all();
  expect(versions).toEqual(Array.from({ length: schemaVersion('sqlite') }, (_, index) => index + 1));
});
