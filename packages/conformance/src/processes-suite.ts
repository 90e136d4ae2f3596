import type { Contender } from './processes-contender.js';
import { processesJobCases } from './processes-jobs.js';
import type { ProcessesCase, SharedStorageFactory } from './processes-kit.js';
import { processesLimitCases } from './processes-limits.js';
import { processesTokenCases } from './processes-tokens.js';
import { processesUserCases } from './processes-users.js';
import type { TestRunner } from './runner.js';

const cases = { ...processesTokenCases, ...processesUserCases, ...processesLimitCases, ...processesJobCases };

/**
 * Registers every test that a storage must pass which several processes share, beside those of `testStorage`. For each test `factory`
 * makes an empty database, and the kit has three processes started on it, so that four are at work.
 *
 * @example
 * ```ts
 * import { fork } from 'node:child_process';
 * import { test } from 'node:test';
 * import { connectContender, type SharedStorageUnderTest, testStorageAcrossProcesses } from '@pwreset/conformance';
 *
 * declare function openStorage(database: string): Promise<Omit<SharedStorageUnderTest, 'start'>>;
 *
 * export function testOurStorage(freshDatabase: () => string) {
 *   testStorageAcrossProcesses({
 *     test,
 *     factory: async () => {
 *       const database = freshDatabase();
 *       const start = () => connectContender(fork('contender.js', [database]));
 *       return { ...(await openStorage(database)), start };
 *     },
 *   });
 * }
 * ```
 */
export function testStorageAcrossProcesses({
  test: register,
  factory,
}: {
  readonly test: TestRunner;
  readonly factory: SharedStorageFactory;
}): void {
  for (const [name, run] of Object.entries(cases)) {
    register(`storage across processes: ${name}`, () => runOn(factory, run));
  }
}

/** Gives a test its processes and takes them back, whatever comes of it. */
async function runOn(factory: SharedStorageFactory, run: ProcessesCase): Promise<void> {
  const { storage, application, start, dispose } = await factory();
  const started: Contender[] = [];
  const contender = async () => {
    const next = await start();
    started.push(next);
    return next;
  };
  try {
    const starting = [contender(), contender(), contender()] as const;
    await Promise.allSettled(starting);
    await run({ storage, application, contenders: await Promise.all(starting) });
  } finally {
    await Promise.all(started.map((next) => next.stop()));
    await dispose();
  }
}
