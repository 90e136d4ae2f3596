import { createHandler, native } from '@pwreset/http';
import type { BenchDatabase } from './bench-database.js';
import type { Framework, FrameworkName, Site } from './http-site.js';

/** Loaded where it is measured: Hono's server replaces globals of the process. */
const frameworks: Readonly<Record<FrameworkName, () => Promise<Framework>>> = {
  express: async () => (await import('./http-express.js')).expressSites,
  hono: async () => (await import('./http-hono.js')).honoSites,
};

export interface Sites {
  readonly echo: Site;
  readonly ours: Site;
  /** For each floor, in the order of the database's contestants. */
  readonly byHand: readonly Site[];
  close(): Promise<void>;
}

/** Every site of a framework over one database; ours is mounted as the binding's documentation shows. */
export async function openSites(name: FrameworkName, database: BenchDatabase): Promise<Sites> {
  const framework = await frameworks[name]();
  const [{ pwreset }, ...floors] = database.contestants;
  const echo = await framework.echo();
  const ours = await framework.ours(createHandler({ pwreset, dialects: [native()] }));
  const byHand = await Promise.all(floors.map(({ begin }) => framework.byHand(begin)));
  return {
    echo,
    ours,
    byHand,
    async close() {
      await Promise.all([echo, ours, ...byHand].map((site) => site.close()));
    },
  };
}
