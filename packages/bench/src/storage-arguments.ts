import { type DatabaseName, databases } from './bench-database.js';
import { oneOrAll, optionsOf, secondsOf, WrongArguments } from './options.js';

export const parts = ['floor', 'scale'] as const;
export type Part = (typeof parts)[number];

export interface StorageArguments {
  readonly bench: 'storage';
  readonly databases: readonly DatabaseName[];
  readonly parts: readonly Part[];
  /** Of measured work, for each contestant of a line. */
  readonly seconds: number;
  /** Users, and ended rows of each sort, beneath the comparison with the floor. */
  readonly rows: number;
  /** Users in each database of the second part, from few to many. */
  readonly scale: readonly number[];
  /** Where the result goes as JSON. */
  readonly json: string | null;
}

export const storageUsage = `bench storage [options]

  --only sqlite|postgres   one database; both by default
  --part floor|scale       one part; both by default
  --seconds N              measured seconds for each side of a line; 3 by default
  --scale 1e4,1e6          users in the databases of the second part
  --quick                  a look at everything within a minute or two; too short for figures
  --json FILE              writes the result as JSON too`;

/** @throws {@link WrongArguments} */
export function storageArguments(args: readonly string[]): StorageArguments {
  const { quick, json, only, part, ...given } = optionsOf('storage', args, {
    only: { type: 'string' },
    part: { type: 'string' },
    seconds: { type: 'string' },
    scale: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  });
  const scale = (given.scale ?? (quick ? '1e3,1e4' : '1e4,1e6')).split(',').map(Number);
  if (
    scale.length < 2 ||
    !scale.every((rows, index) => Number.isSafeInteger(rows) && rows > (scale[index - 1] ?? 999))
  ) {
    throw new WrongArguments('--scale takes two or more numbers of users, 1,000 or more, from few to many');
  }
  return {
    bench: 'storage',
    databases: oneOrAll('--only', only, databases),
    parts: oneOrAll('--part', part, parts),
    seconds: secondsOf(given.seconds, quick ? 0.3 : 3),
    rows: 10_000,
    scale,
    json: json ?? null,
  };
}
