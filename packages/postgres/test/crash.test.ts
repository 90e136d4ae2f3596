import { testCrashes } from '@pwreset/conformance';
import { afterAll, inject, test, vi } from 'vitest';
import { postgresTarget } from './crash-target.js';

// Hundreds of processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const target = await postgresTarget(inject('postgresUrl'), { routine: true });
afterAll(target.dispose);
testCrashes({ test, target });
