import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The arguments did not make sense; the message says which. */
export class WrongArguments extends Error {}

/** The options of one benchmark, whose name is the only word that is no option. @throws {@link WrongArguments} */
export function optionsOf<Options extends ParseArgsOptionsConfig>(
  bench: string,
  args: readonly string[],
  options: Options,
) {
  const { values, positionals } = parsed(args, options);
  if (positionals.length !== 1 || positionals[0] !== bench) throw new WrongArguments('say one thing to measure');
  return values;
}

function parsed<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : 'unknown arguments', { cause: error });
  }
}

/** One of the values that are known, or all where none was given. @throws {@link WrongArguments} */
export function oneOrAll<Value extends string>(
  option: string,
  given: string | undefined,
  known: readonly Value[],
): readonly Value[] {
  if (given === undefined) return known;
  const found = known.find((value) => value === given);
  if (found === undefined) throw new WrongArguments(`${option} takes ${known.join(' or ')}`);
  return [found];
}

/** @throws {@link WrongArguments} */
export function secondsOf(given: string | undefined, otherwise: number): number {
  const seconds = given === undefined ? otherwise : Number(given);
  if (!(seconds > 0)) throw new WrongArguments('--seconds takes a number above 0');
  return seconds;
}
