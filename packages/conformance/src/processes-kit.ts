import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { AttemptId, JobId } from '@pwreset/core';
import type { Contender } from './processes-contender.js';
import type { Subject } from './storage-kit.js';

/** A fresh, empty database: a storage on it in this process, the application, and a way to start further processes on it. */
export interface SharedStorageUnderTest extends Subject {
  /** Forks a process that opens a storage of its own on the same database and serves it with {@link serveContender}. */
  start(): Promise<Contender>;
  dispose(): Promise<void>;
}

export type SharedStorageFactory = () => Promise<SharedStorageUnderTest>;

/** What a test across processes works with. */
export interface SharedSubject extends Subject {
  readonly contenders: readonly [Contender, Contender, Contender];
}

/** One test. */
export type ProcessesCase = (shared: SharedSubject) => Promise<void>;

/** Tests by name. */
export type ProcessesCases = Readonly<Record<string, ProcessesCase>>;

/** Runs work in every process at once; results are in the order of the processes. */
export const inEach = <Result>(
  { contenders }: SharedSubject,
  work: (contender: Contender, process: number) => Promise<Result>,
): Promise<readonly Result[]> => Promise.all(contenders.map(work));

/** How many results are of one outcome. */
export const count = (results: readonly { readonly outcome: string }[], outcome: string): number =>
  results.filter((result) => result.outcome === outcome).length;

/** Expects that every result but those of the winners is `expected`. */
export function expectLosers(results: readonly { readonly outcome: string }[], expected: object): void {
  for (const result of results) if (result.outcome !== 'applied') assert.deepEqual(result, expected);
}

/** How often {@link meanwhile} acts at most, so that work which waits for the same rows has its turn. */
const most = 20;

/** Does `action` again and again while `work` is under way, with a number that counts from 1; at least once. */
export async function meanwhile<Result>(work: Promise<Result>, action: (n: number) => Promise<void>): Promise<Result> {
  let ended = false;
  const watched = work.finally(() => {
    ended = true;
  });
  for (let n = 1; n === 1 || (n <= most && !ended); n += 1) {
    await action(n);
    await setImmediate();
  }
  return watched;
}

/** Ids in one order. */
export const sorted = (ids: readonly (AttemptId | JobId)[]): readonly string[] => ids.toSorted();
