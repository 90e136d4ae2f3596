import type { BenchDatabase } from './bench-database.js';
import { type Comparison, compareWithFloor } from './floor-part.js';
import { type Machine, machine } from './machine.js';
import { type Growth, measureGrowth } from './scale-part.js';
import { settings, startServer } from './settings.js';
import type { StorageArguments } from './storage-arguments.js';

export interface StorageResult {
  readonly machine: Machine;
  readonly seconds: number;
  readonly comparisons: readonly Comparison[];
  readonly growths: readonly Growth[];
}

/** Hears of each line as soon as it is measured. */
export interface Listener {
  onComparison(comparison: Comparison): void;
  onGrowth(growth: Growth): void;
}

/** How a database of so many rows is made, for each setting that is compared. */
type Makers = readonly ((rows: number) => Promise<BenchDatabase>)[];

/** Measures what was asked for. */
export async function runStorageBench(asked: StorageArguments, listener: Listener): Promise<StorageResult> {
  const comparisons: Comparison[] = [];
  const growths: Growth[] = [];
  for (const name of asked.databases) {
    const server = await startServer[name]();
    const makers: Makers = settings[name].map((make) => (rows) => make(rows, server.url));
    try {
      if (asked.parts.includes('floor')) comparisons.push(...(await compared(makers, asked, listener)));
      if (asked.parts.includes('scale')) growths.push(...(await grown(makers, asked, listener)));
    } finally {
      await server.stop();
    }
  }
  return { machine: machine(), seconds: asked.seconds, comparisons, growths };
}

async function compared(makers: Makers, { seconds, rows }: StorageArguments, { onComparison }: Listener) {
  const comparisons: Comparison[] = [];
  for (const make of makers) {
    const database = await make(rows);
    try {
      comparisons.push(...(await compareWithFloor(database, seconds, onComparison)));
    } finally {
      await database.close();
    }
  }
  return comparisons;
}

/** Under the first setting, where the least hides behind the disk. */
async function grown([make]: Makers, { seconds, scale }: StorageArguments, { onGrowth }: Listener) {
  const databases: BenchDatabase[] = [];
  try {
    for (const rows of scale) if (make !== undefined) databases.push(await make(rows));
    return await measureGrowth(databases, seconds, onGrowth);
  } finally {
    for (const database of databases) await database.close();
  }
}
