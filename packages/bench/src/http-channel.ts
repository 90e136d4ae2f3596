import type { DatabaseName } from './bench-database.js';
import type { FrameworkName } from './http-site.js';
import type { Slice } from './slice.js';

/** What the process of a server is started with. */
export interface ServerPlan {
  readonly framework: FrameworkName;
  readonly database: DatabaseName;
  /** One of the database's settings, by its place. */
  readonly setting: number;
  /** Where the PostgreSQL is, if that is what is measured. */
  readonly serverUrl: string;
  readonly rows: number;
}

/** The first message of a server. */
export interface ServerReady {
  readonly mode: string;
  readonly echo: string;
  readonly ours: string;
  /** The floors by name, each with the site that has it between a request and its answer. */
  readonly floors: readonly { readonly name: string; readonly byHand: string }[];
}

/** What a server is asked; it answers each before the next comes. */
export type Ask =
  /** From here on the server's thread is watched. */
  | { readonly kind: 'watch' }
  /** What came of it. Ends and clears away what the requests have left behind. */
  | { readonly kind: 'settle' }
  /** Carries out so many begins by this floor in the server's process, without HTTP. */
  | { readonly kind: 'floor'; readonly place: number; readonly count: number; readonly atOnce: number };

export interface Reply {
  /** The share of the watched time, 0 to 1, in which the server's thread was at work. */
  readonly busy: number;
  /** What the server's thread used of a processor in that time. */
  readonly cpuMs: number;
  /** How many jobs were pending. */
  readonly jobs: number;
  /** Of a floor alone. */
  readonly slice: Slice | null;
}
