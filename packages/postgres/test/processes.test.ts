import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectContender, testStorageAcrossProcesses } from '@pwreset/conformance';
import { build } from 'tsup';
import { afterAll, test, vi } from 'vitest';
import { placesFor } from './fresh-schema.js';
import { ownStorages } from './own-storage.js';

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What `contender.ts` is as a program of one file, for it is started often; it goes with the tests of this file. */
async function contenderProgram(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-contender-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(here('../node_modules'), join(folder, 'node_modules'));
  await build({
    entry: [here('contender.ts')],
    outDir: folder,
    format: 'esm',
    target: 'node22',
    external: ['pg'],
    config: false,
    silent: true,
  });
  return join(folder, 'contender.js');
}

const program = await contenderProgram();
const lease = ownStorages(placesFor(import.meta.url));

testStorageAcrossProcesses({
  test,
  factory: async () => {
    const { storage, application, place } = await lease();
    const start = () => connectContender(fork(program, [place.url]));
    return { storage, application, start, dispose: async () => place.giveBack() };
  },
});
