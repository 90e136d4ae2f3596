import type { BenchDatabase, DatabaseName } from './bench-database.js';
import { measure, ratioOf, type Timing } from './measure.js';
import { type Entrant, everyUser, type Operation, operations, workload } from './workload.js';

/** What is aimed at: this share of the floor's rate, and at most so many times its 99th percentile. */
export interface Aim {
  readonly ratio: number;
  readonly p99Ratio: number;
}

export const aims: Readonly<Record<DatabaseName, Aim>> = {
  sqlite: { ratio: 0.6, p99Ratio: 2 },
  postgres: { ratio: 0.8, p99Ratio: 2 },
};

/** Ours beside one floor. */
export interface Comparison {
  readonly operation: Operation;
  readonly database: DatabaseName;
  readonly mode: string;
  readonly atOnce: number;
  readonly ours: Timing;
  readonly floor: Timing;
  readonly ratio: number;
  readonly p99Ratio: number;
  /** `null` for a floor that is only shown. */
  readonly aim: Aim | null;
  readonly met: boolean | null;
}

export const concurrencies = [1, 16] as const;

export function entrantsOf({ contestants, rows, settle }: BenchDatabase): readonly Entrant[] {
  return contestants.map((contestant, index) => ({
    contestant,
    settle,
    nextUser: everyUser(rows, { of: contestants.length, index }),
    users: Math.floor(rows / contestants.length),
  }));
}

/** Measures every operation of one database, one at a time and many at once. */
export async function compareWithFloor(
  database: BenchDatabase,
  seconds: number,
  onComparison: (comparison: Comparison) => void = () => undefined,
): Promise<readonly Comparison[]> {
  const load = workload();
  const entrants = entrantsOf(database);
  const comparisons: Comparison[] = [];
  for (const operation of operations) {
    for (const atOnce of concurrencies) {
      await database.tidy();
      const [ours, ...floors] = await measure(load, entrants, { operation, atOnce, seconds });
      if (ours === undefined) throw new Error('nothing to compare');
      for (const [index, floor] of floors.entries()) {
        // The first floor is the one by hand, in sequence, that the aims are about.
        const aim = index === 0 ? aims[database.database] : null;
        const { database: name, mode } = database;
        const ratio = ratioOf(ours, floor);
        const p99Ratio = ours.p99Ms / floor.p99Ms;
        const met = aim === null ? null : ratio >= aim.ratio && p99Ratio <= aim.p99Ratio;
        const comparison = { operation, database: name, mode, atOnce, ours, floor, ratio, p99Ratio, aim, met };
        comparisons.push(comparison);
        onComparison(comparison);
      }
    }
  }
  return comparisons;
}
