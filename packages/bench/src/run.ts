import { cpus, totalmem } from 'node:os';
import type { BenchArguments } from './arguments.js';
import type { BenchDatabase, DatabaseName } from './bench-database.js';
import { type Comparison, compareWithFloor } from './floor-part.js';
import { postgresDatabase } from './postgres-database.js';
import { startPostgres } from './postgres-server.js';
import { type Growth, measureGrowth } from './scale-part.js';
import { sqliteDatabase } from './sqlite-database.js';

export interface BenchResult {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly platform: string;
    readonly node: string;
  };
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
interface Maker {
  readonly settings: readonly ((rows: number) => Promise<BenchDatabase>)[];
  close(): Promise<void>;
}

const makers: Readonly<Record<DatabaseName, () => Promise<Maker>>> = {
  async sqlite() {
    const settings = (['NORMAL', 'FULL'] as const).map(
      (synchronous) => async (rows: number) => sqliteDatabase(synchronous, rows),
    );
    return { settings, close: async () => undefined };
  },
  async postgres() {
    const server = await startPostgres();
    return { settings: [(rows: number) => postgresDatabase(server.url, rows)], close: server.stop };
  },
};

/** Measures what was asked for. */
export async function runStorageBench(asked: BenchArguments, listener: Listener): Promise<BenchResult> {
  const comparisons: Comparison[] = [];
  const growths: Growth[] = [];
  for (const name of asked.databases) {
    const maker = await makers[name]();
    try {
      if (asked.parts.includes('floor')) comparisons.push(...(await compared(maker, asked, listener)));
      if (asked.parts.includes('scale')) growths.push(...(await grown(maker, asked, listener)));
    } finally {
      await maker.close();
    }
  }
  return { machine: machine(), seconds: asked.seconds, comparisons, growths };
}

async function compared({ settings }: Maker, { seconds, rows }: BenchArguments, { onComparison }: Listener) {
  const comparisons: Comparison[] = [];
  for (const make of settings) {
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
async function grown({ settings: [make] }: Maker, { seconds, scale }: BenchArguments, { onGrowth }: Listener) {
  const databases: BenchDatabase[] = [];
  try {
    for (const rows of scale) if (make !== undefined) databases.push(await make(rows));
    return await measureGrowth(databases, seconds, onGrowth);
  } finally {
    for (const database of databases) await database.close();
  }
}

const machine = (): BenchResult['machine'] => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});
