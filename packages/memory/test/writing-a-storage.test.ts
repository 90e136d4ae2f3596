import { readFileSync } from 'node:fs';
import { testFlows } from '@pwreset/conformance';
import { describe, expect, it, test } from 'vitest';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '../src/index.js';
import { arrayApplication } from './array-application.js';
import type { Database } from './array-rows.js';
import { arrayStorage } from './array-storage.js';

const page = readFileSync(new URL('../../../docs/writing-a-storage.md', import.meta.url), 'utf8');

/** The blocks of the page that belong to a file, by its name, in their order. */
const shown = Map.groupBy(page.matchAll(/^```tsx (\S+)\n(.*?)\n```$/gms), ([, name]) => name ?? '');

const files = ['array-rows.ts', 'array-steps.ts', 'array-storage.ts', 'array-application.ts', 'array-storage.test.ts'];

describe('docs/writing-a-storage.md', () => {
  it.each(files)('shows %s as it is, whole', (name) => {
    const blocks = (shown.get(name) ?? []).map(([, , code]) => code);
    const source = readFileSync(new URL(name, import.meta.url), 'utf8');
    expect(`${blocks.join('\n\n')}\n`).toBe(source);
  });

  it('shows no other file', () => {
    expect([...shown.keys()]).toEqual(files);
  });
});

// What the page shows carries out every flow.
testFlows({
  test,
  async factory() {
    const db: Database = { users: [], keys: [], tokens: [], jobs: [], audit: [], limits: [] };
    return {
      storage: faultyStorage(arrayStorage(db)),
      application: arrayApplication(db),
      clock: manualClock(),
      mailer: memoryMailer(),
      hasher: testHasher(),
      dump: async () => JSON.stringify(db),
      dispose: async () => {},
    };
  },
});
