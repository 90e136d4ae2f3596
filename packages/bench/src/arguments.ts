import { parseArgs } from 'node:util';
import { type DatabaseName, databases } from './bench-database.js';

export const parts = ['floor', 'scale'] as const;
export type Part = (typeof parts)[number];

export interface BenchArguments {
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

export const usage = `bench storage [options]

  --only sqlite|postgres   one database; both by default
  --part floor|scale       one part; both by default
  --seconds N              measured seconds for each side of a line; 3 by default
  --scale 1e4,1e6          users in the databases of the second part
  --quick                  a look at everything within a minute or two; too short for figures
  --json FILE              writes the result as JSON too`;

/** The arguments did not make sense; the message says which. */
export class WrongArguments extends Error {}

/** @throws {@link WrongArguments} */
export function argumentsOf(args: readonly string[]): BenchArguments {
  const { values, positionals } = parsed(args);
  if (positionals.length !== 1 || positionals[0] !== 'storage')
    throw new WrongArguments('say what to measure: storage');
  const { quick, json, only, part } = values;
  const seconds = values.seconds === undefined ? (quick ? 0.3 : 3) : Number(values.seconds);
  if (!(seconds > 0)) throw new WrongArguments('--seconds takes a number above 0');
  const scale = (values.scale ?? (quick ? '1e3,1e4' : '1e4,1e6')).split(',').map(Number);
  if (
    scale.length < 2 ||
    !scale.every((rows, index) => Number.isSafeInteger(rows) && rows > (scale[index - 1] ?? 999))
  ) {
    throw new WrongArguments('--scale takes two or more numbers of users, 1,000 or more, from few to many');
  }
  return {
    databases: only === undefined ? databases : [oneOf('--only', only, databases)],
    parts: part === undefined ? parts : [oneOf('--part', part, parts)],
    seconds,
    rows: 10_000,
    scale,
    json: json ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      // pnpm hands the separator on.
      args: args.filter((argument) => argument !== '--'),
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        part: { type: 'string' },
        seconds: { type: 'string' },
        scale: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : 'unknown arguments', { cause: error });
  }
}

function oneOf<Value extends string>(option: string, given: string, known: readonly Value[]): Value {
  const found = known.find((value) => value === given);
  if (found === undefined) throw new WrongArguments(`${option} takes ${known.join(' or ')}`);
  return found;
}
