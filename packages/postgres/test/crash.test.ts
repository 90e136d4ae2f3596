import { crashRounds, testCrashes } from '@pwreset/conformance';
import { afterAll, inject, test, vi } from 'vitest';
import { postgresTarget } from './crash-target.js';

// Hundreds of processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const url = inject('postgresUrl');
const target = await postgresTarget(url, { routine: true });
afterAll(target.dispose);
testCrashes({ test, target, kills: 12 });

test('crash: P3, P4, P5, P6: killed at random moments, where a commit is a transaction of statements', async () => {
  const statements = await postgresTarget(url, { routine: false });
  try {
    await crashRounds({ target: statements, rounds: 8, seed: 20_260_103, report: () => undefined });
  } finally {
    await statements.dispose();
  }
});
