import { type HttpArguments, httpArguments, httpUsage } from './http-arguments.js';
import { WrongArguments } from './options.js';
import { type StorageArguments, storageArguments, storageUsage } from './storage-arguments.js';

export type BenchArguments = StorageArguments | HttpArguments;

export const usage = `${storageUsage}\n\n${httpUsage}`;

/** @throws {@link WrongArguments} */
export function argumentsOf(args: readonly string[]): BenchArguments {
  // pnpm hands the separator on.
  const given = args.filter((argument) => argument !== '--');
  const bench = given.find((argument) => argument === 'storage' || argument === 'http');
  if (bench === undefined) throw new WrongArguments('say what to measure: storage or http');
  return bench === 'storage' ? storageArguments(given) : httpArguments(given);
}
