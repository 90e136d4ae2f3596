import { expect, inject, test, vi } from 'vitest';
import { type DatabaseName, databases } from '../src/bench-database.js';
import { comparisonTable, growthTable } from '../src/report.js';
import { runStorageBench } from '../src/run.js';

const modes: Readonly<Record<DatabaseName, readonly string[]>> = {
  sqlite: ['WAL NORMAL', 'WAL FULL'],
  postgres: ['fsync on'],
};
const floors: Readonly<Record<DatabaseName, readonly string[]>> = {
  sqlite: ['statements'],
  postgres: ['statements', 'one call'],
};
const positive = { asymmetricMatch: (value: unknown) => typeof value === 'number' && value > 0 && value < 1e9 };
const timing = { operations: positive, perSecond: positive, p50Ms: positive, p99Ms: positive };

test.each(databases)('a short run on %s measures every line of both parts', { timeout: 60_000 }, async (database) => {
  vi.stubEnv('PWRESET_TEST_POSTGRES_URL', inject('benchServerUrl'));
  const lines: string[] = [];
  const asked = {
    bench: 'storage',
    databases: [database],
    parts: ['floor', 'scale'],
    seconds: 0.01,
    rows: 300,
    scale: [100, 200],
    json: null,
  } as const;
  const result = await runStorageBench(asked, {
    onComparison: (comparison) => lines.push(comparisonTable.row(comparison)),
    onGrowth: (growth) => lines.push(growthTable.row(growth)),
  });

  const wanted = modes[database].flatMap((mode) =>
    ['begin', 'deliver', 'confirm'].flatMap((operation) =>
      [1, 16].flatMap((atOnce) =>
        floors[database].map((floor) => ({
          ...{ operation, database, mode, atOnce, ratio: positive, p99Ratio: positive },
          ours: { ...timing, name: 'ours' },
          floor: { ...timing, name: floor },
          met: floor === 'statements' ? expect.any(Boolean) : null,
        })),
      ),
    ),
  );
  expect(result.comparisons).toMatchObject(wanted);
  expect(result.growths).toMatchObject(
    ['begin', 'deliver', 'confirm'].flatMap((operation) =>
      ['ours', 'statements'].map((contestant) => ({
        ...{ operation, database, contestant, rows: 200, medianMs: positive, growth: positive },
        against: { rows: 100, medianMs: positive },
        met: contestant === 'ours' ? expect.any(Boolean) : null,
      })),
    ),
  );
  expect(lines).toHaveLength(result.comparisons.length + result.growths.length);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});

test('a line says all of what was measured', () => {
  const ours = {
    name: 'ours',
    operations: 9,
    perSecond: 4000,
    p50Ms: 0.25,
    p99Ms: 12.34,
    slicesPerSecond: [],
  };
  const floor = { ...ours, name: 'statements', perSecond: 5000, p50Ms: 0.2, p99Ms: 4 };
  const row = comparisonTable.row({
    ...{
      operation: 'confirm',
      database: 'sqlite',
      mode: 'WAL FULL',
      atOnce: 16,
      ours,
      floor,
      ratio: 0.8,
      p99Ratio: 3.085,
    },
    ...{ aim: { ratio: 0.6, p99Ratio: 2 }, met: false },
  });
  expect(row.split(/ {2,}/)).toEqual(
    ['confirm', 'sqlite WAL FULL', 'statements', '16', '4000', '5000', '0.80', '0.250', '12.3'].concat([
      '0.200',
      '4.000',
      '3.08',
      'missed',
    ]),
  );
});
