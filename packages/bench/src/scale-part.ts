import type { BenchDatabase, DatabaseName } from './bench-database.js';
import { entrantsOf } from './floor-part.js';
import { measure } from './measure.js';
import { type Operation, operations, workload } from './workload.js';

/** What one contestant's median takes where the tables are large, beside where they are small. */
export interface Growth {
  readonly operation: Operation;
  readonly database: DatabaseName;
  readonly mode: string;
  readonly contestant: string;
  /** Users, and as many ended tokens, jobs and audit rows. */
  readonly rows: number;
  readonly medianMs: number;
  /** The smallest of the run. */
  readonly against: { readonly rows: number; readonly medianMs: number };
  readonly growth: number;
  /** The floor's growth is the database's own, and only shown. */
  readonly met: boolean | null;
}

export const growthAim = 1.25;

/** How many contestants are measured: ours and the floor by hand. */
const measured = 2;

/** Measures one at a time, the same contestant on all databases in turns. */
export async function measureGrowth(
  databases: readonly BenchDatabase[],
  seconds: number,
  onGrowth: (growth: Growth) => void = () => undefined,
): Promise<readonly Growth[]> {
  const load = workload();
  const entrants = databases.map((database) => entrantsOf(database).slice(0, measured));
  const growths: Growth[] = [];
  for (const operation of operations) {
    for (let contestant = 0; contestant < measured; contestant += 1) {
      for (const database of databases) await database.tidy();
      const same = entrants.flatMap((all) => all.slice(contestant, contestant + 1));
      const timings = await measure(load, same, { operation, atOnce: 1, seconds });
      for (const growth of growthsOf(operation, databases, timings, contestant === 0)) {
        growths.push(growth);
        onGrowth(growth);
      }
    }
  }
  return growths;
}

function growthsOf(
  operation: Operation,
  databases: readonly BenchDatabase[],
  timings: readonly { readonly name: string; readonly p50Ms: number }[],
  isOurs: boolean,
): readonly Growth[] {
  const measurements = databases.flatMap(({ database, mode, rows }, index) => {
    const timing = timings[index];
    return timing === undefined ? [] : [{ database, mode, rows, contestant: timing.name, medianMs: timing.p50Ms }];
  });
  const [smallest, ...larger] = measurements;
  if (smallest === undefined) return [];
  const against = { rows: smallest.rows, medianMs: smallest.medianMs };
  return larger.map((measurement) => {
    const growth = measurement.medianMs / against.medianMs;
    return { operation, ...measurement, against, growth, met: isOurs ? growth <= growthAim : null };
  });
}
