import { type DatabaseName, databases } from './bench-database.js';
import { type FrameworkName, frameworks } from './http-site.js';
import { oneOrAll, optionsOf, secondsOf, WrongArguments } from './options.js';

export interface HttpArguments {
  readonly bench: 'http';
  readonly databases: readonly DatabaseName[];
  readonly frameworks: readonly FrameworkName[];
  /** Of measured work, for each side of a line. */
  readonly seconds: number;
  /** Requests at once. */
  readonly connections: number;
  /** Users, and ended rows of each sort. */
  readonly rows: number;
  /** Where the result goes as JSON. */
  readonly json: string | null;
}

export const httpUsage = `bench http [options]

  --only sqlite|postgres   one database; both by default
  --framework express|hono one framework; both by default
  --seconds N              measured seconds for each side of a line; 5 by default
  --connections N          requests at once; 50 by default
  --quick                  a look at everything within a minute or two; too short for figures
  --json FILE              writes the result as JSON too`;

/** @throws {@link WrongArguments} */
export function httpArguments(args: readonly string[]): HttpArguments {
  const { quick, json, only, framework, ...given } = optionsOf('http', args, {
    only: { type: 'string' },
    framework: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '50' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  });
  const connections = Number(given.connections);
  if (!Number.isSafeInteger(connections) || connections < 1 || connections > 1_000) {
    throw new WrongArguments('--connections takes a number from 1 to 1000');
  }
  return {
    bench: 'http',
    databases: oneOrAll('--only', only, databases),
    frameworks: oneOrAll('--framework', framework, frameworks),
    seconds: secondsOf(given.seconds, quick ? 0.3 : 5),
    connections,
    rows: 10_000,
    json: json ?? null,
  };
}
