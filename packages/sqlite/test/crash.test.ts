import { testCrashes } from '@pwreset/conformance';
import { afterAll, test, vi } from 'vitest';
import { sqliteTarget } from './crash-target.js';

// Hundreds of processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const target = await sqliteTarget();
afterAll(target.dispose);
testCrashes({ test, target });
