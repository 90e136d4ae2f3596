import type { Slice } from './slice.js';
import { median, percentile, sum } from './statistics.js';
import type { Entrant, Operation, Workload } from './workload.js';

export interface Timing {
  readonly name: string;
  readonly operations: number;
  /** The median of the slices, so that a slice in which the machine was busy elsewhere does not count. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of each slice, in their order: the n-th slices of all contestants ran next to each other. */
  readonly slicesPerSecond: readonly number[];
}

export interface Measuring {
  readonly operation: Operation;
  readonly atOnce: number;
  /** Of measured work, for each contestant. */
  readonly seconds: number;
}

/** How long a slice should take: long enough for the caches to be its own, short enough for all to see the same machine. */
const sliceMs = 120;
const maxPerSlice = 2_000;

const rateOf = ({ operations, elapsedMs }: Slice): number => (operations / elapsedMs) * 1_000;

/** Measures the contestants in turns, a slice each, the first one last in every second round. */
export async function measure(
  { slice }: Workload,
  entrants: readonly Entrant[],
  { operation, atOnce, seconds }: Measuring,
): Promise<readonly Timing[]> {
  const run = (entrant: Entrant, count: number): Promise<Slice> => slice(operation, entrant, count, atOnce);
  const most = Math.min(maxPerSlice, ...entrants.map(({ users }) => users));
  const countAfter = (last: Slice): number =>
    countFor((rateOf(last) / 1_000) * Math.min(sliceMs, seconds * 250), atOnce, most);
  const warm: Slice[] = [];
  for (const entrant of entrants) {
    let last = await run(entrant, atOnce);
    for (let warmMs = 0; warmMs < seconds * 150; warmMs += last.elapsedMs) {
      last = await run(entrant, countAfter(last));
    }
    warm.push(last);
  }
  const counts = warm.map(countAfter);

  const slices = entrants.map((): Slice[] => []);
  for (let round = 0, elapsedMs = 0; elapsedMs < seconds * 1_000 * entrants.length || round < 2; round += 1) {
    const order = [...entrants.entries()];
    for (const [index, entrant] of round % 2 === 0 ? order : order.reverse()) {
      const done = await run(entrant, counts[index] ?? atOnce);
      slices[index]?.push(done);
      elapsedMs += done.elapsedMs;
    }
  }
  return entrants.map(({ contestant }, index) => timingOf(contestant.name, slices[index] ?? []));
}

/** A whole number of turns for everyone who asks. */
const countFor = (wanted: number, atOnce: number, most: number): number =>
  Math.max(1, Math.floor(Math.min(wanted, most) / atOnce)) * atOnce;

function timingOf(name: string, slices: readonly Slice[]): Timing {
  const slicesPerSecond = slices.map(rateOf);
  const latencies = slices.flatMap(({ latenciesMs }) => latenciesMs);
  return {
    name,
    operations: sum(slices.map(({ operations }) => operations)),
    perSecond: median(slicesPerSecond),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    slicesPerSecond,
  };
}

/** How many times as fast the one was as the other, slice by slice. */
export const ratioOf = (one: Timing, other: Timing): number =>
  median(one.slicesPerSecond.map((rate, index) => rate / (other.slicesPerSecond[index] ?? Number.NaN)));
