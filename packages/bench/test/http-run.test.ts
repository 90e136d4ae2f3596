import { expect, inject, test, vi } from 'vitest';
import { type DatabaseName, databases } from '../src/bench-database.js';
import { type HttpComparison, shareOf } from '../src/http-part.js';
import { runHttpBench } from '../src/http-run.js';
import { frameworks } from '../src/http-site.js';
import { httpTable } from '../src/report.js';

const modes: Readonly<Record<DatabaseName, readonly string[]>> = {
  sqlite: ['WAL NORMAL', 'WAL FULL'],
  postgres: ['fsync on'],
};
const floors: Readonly<Record<DatabaseName, readonly string[]>> = {
  sqlite: ['statements'],
  postgres: ['statements', 'one call'],
};
const positive = { asymmetricMatch: (value: unknown) => typeof value === 'number' && value > 0 && value < 1e9 };
const zeroOrMore = expect.any(Number);
const timing = {
  operations: positive,
  perSecond: positive,
  p50Ms: positive,
  p99Ms: positive,
  busy: positive,
  cpuMs: zeroOrMore,
};

test.each(databases)('a short run on %s measures every line', { timeout: 60_000 }, async (database) => {
  vi.stubEnv('PWRESET_TEST_POSTGRES_URL', inject('benchServerUrl'));
  const lines: string[] = [];
  const asked = {
    bench: 'http',
    databases: [database],
    frameworks,
    seconds: 0.01,
    connections: 5,
    rows: 100,
    json: null,
  } as const;
  const result = await runHttpBench(asked, (comparison) => lines.push(httpTable.row(comparison)));
  const wanted = modes[database].flatMap((mode) =>
    frameworks.flatMap((framework) =>
      floors[database].map((floor) => ({
        ...{ framework, database, mode, connections: 5, ratio: positive, cpuRatio: zeroOrMore },
        echo: { ...timing, name: 'echo' },
        floor: { ...timing, name: floor },
        byHand: { ...timing, name: `${floor} by hand` },
        ours: { ...timing, name: 'ours' },
        togetherPerSecond: positive,
        met: floor === 'statements' ? expect.any(Boolean) : null,
      })),
    ),
  );
  expect(result.comparisons).toMatchObject(wanted);
  expect(lines).toHaveLength(wanted.length);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});

const rates = {
  echo: { slicesPerSecond: [10_000, 8_000, 10_000] },
  floor: { slicesPerSecond: [10_000, 8_000, 40_000] },
  byHand: { slicesPerSecond: [6_000, 6_000, 6_000] },
};
const ours = { slicesPerSecond: [4_000, 2_000, 4_000] };

test('on SQLite the times of an echo and of the floor add up, slice by slice', () => {
  // 5,000, 4,000 and 8,000 a second are allowed.
  expect(shareOf(ours, rates, 'sqlite')).toEqual({ togetherPerSecond: 5_000, ratio: 0.5 });
});

test('on PostgreSQL a server by hand may show that more is possible, and never that less is', () => {
  // 6,000, 6,000 and 8,000.
  expect(shareOf(ours, rates, 'postgres')).toEqual({ togetherPerSecond: 6_000, ratio: 0.5 });
});

test('a line says all of what was measured', () => {
  const timed = {
    name: '',
    operations: 9,
    perSecond: 9_000,
    p50Ms: 1,
    p99Ms: 2,
    slicesPerSecond: [],
    busy: 0.98,
    cpuMs: 0.1,
  };
  const comparison: HttpComparison = {
    ...{ framework: 'express', database: 'sqlite', mode: 'WAL FULL', connections: 50 },
    echo: timed,
    floor: { ...timed, name: 'statements', perSecond: 12_000 },
    byHand: { ...timed, perSecond: 5_100 },
    ours: { ...timed, perSecond: 4_000, p50Ms: 12.34, p99Ms: 20 },
    togetherPerSecond: 5_143,
    ...{ ratio: 0.777, cpuRatio: 0.8, aim: 0.7, met: true },
  };
  expect(httpTable.row(comparison).split(/ {2,}/)).toEqual(
    [
      'express',
      'sqlite WAL FULL',
      'statements',
      '9000',
      '0.98',
      '12000',
      '5100',
      '5143',
      '4000',
      '0.78',
      '0.80',
    ].concat(['12.3', '20.0', 'met']),
  );
});
