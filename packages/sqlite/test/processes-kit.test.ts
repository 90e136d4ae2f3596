import { testStorageAcrossProcesses } from '@pwreset/conformance';
import { expect, it, vi } from 'vitest';
import { defects } from './processes-defects.js';
import { contenderProgram, sharedSqlite } from './processes-shared.js';

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const program = await contenderProgram();

/** The one test of the kit that has this name, on storages with this defect. */
function testOf(defect: string, wanted: string): () => Promise<void> {
  const found: (() => Promise<void>)[] = [];
  testStorageAcrossProcesses({
    test: (name, run) => name === `storage across processes: ${wanted}` && found.push(run),
    factory: () => sharedSqlite(program, defect),
  });
  const [run] = found;
  if (run === undefined || found.length > 1) throw new Error(`the kit has ${found.length} tests of this name`);
  return run;
}

const { 'the process ends in the middle': ending, ...wrong } = defects;

it.each(Object.entries(wrong))('the kit catches storages where %s', async (defect, { test }) => {
  await expect(testOf(defect, test)()).rejects.toMatchObject({ name: 'AssertionError' });
});

it('a process that ends in the middle fails the test at once', async () => {
  const run = testOf('the process ends in the middle', ending.test);
  await expect(run()).rejects.toThrow('a contending process ended: 3');
});
