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
  readonly atOnce: number;
  /** Of measured work, for each side. */
  readonly seconds: number;
  /** Of work before that, so that what is measured is compiled. */
  readonly warmSeconds: number;
  /** How long a slice should take: long enough for the caches to be its own, short enough for all to see the same machine. */
  readonly sliceMs: number;
}

/** Whoever takes turns with others. */
export interface Side<Done extends Slice> {
  run(count: number): Promise<Done>;
  /** Operations of one slice. */
  readonly least: number;
  readonly most: number;
}

const rateOf = ({ operations, elapsedMs }: Slice): number => (operations / elapsedMs) * 1_000;

/** Measures all sides in turns, a slice each, the first one last in every second round. The slices of each, in their order. */
export async function takeTurns<Done extends Slice>(
  sides: readonly Side<Done>[],
  { atOnce, seconds, warmSeconds, sliceMs }: Measuring,
): Promise<readonly (readonly Done[])[]> {
  const most = Math.min(...sides.map((side) => side.most));
  const wantedMs = Math.min(sliceMs, seconds * 250);
  // A slice in which the machine was busy elsewhere makes the next one short, and no further one.
  const countAfter = ({ least }: Side<Done>, last: Slice): number =>
    countFor(Math.max(least, (rateOf(last) / 1_000) * wantedMs), atOnce, most);

  const lasts: Done[] = [];
  for (const side of sides) {
    let last = await side.run(countFor(side.least, atOnce, most));
    for (let warmMs = 0; warmMs < warmSeconds * 1_000; warmMs += last.elapsedMs) {
      last = await side.run(countAfter(side, last));
    }
    lasts.push(last);
  }

  const slices = sides.map((): Done[] => []);
  for (let round = 0, elapsedMs = 0; elapsedMs < seconds * 1_000 * sides.length || round < 2; round += 1) {
    const order = [...sides.entries()];
    for (const [index, side] of round % 2 === 0 ? order : order.reverse()) {
      const before = slices[index]?.at(-1) ?? lasts[index];
      const done = await side.run(before === undefined ? atOnce : countAfter(side, before));
      slices[index]?.push(done);
      elapsedMs += done.elapsedMs;
    }
  }
  return slices;
}

/** A whole number of turns for everyone who asks. */
const countFor = (wanted: number, atOnce: number, most: number): number =>
  Math.max(1, Math.floor(Math.min(wanted, most) / atOnce)) * atOnce;

export interface Measured extends Pick<Measuring, 'atOnce' | 'seconds'> {
  readonly operation: Operation;
}

/** Measures the contestants at one operation. */
export async function measure(
  { slice }: Workload,
  entrants: readonly Entrant[],
  { operation, atOnce, seconds }: Measured,
): Promise<readonly Timing[]> {
  const sides = entrants.map((entrant) => ({
    run: (count: number) => slice(operation, entrant, count, atOnce),
    least: atOnce,
    most: Math.min(2_000, entrant.users),
  }));
  const slices = await takeTurns(sides, { atOnce, seconds, warmSeconds: 0.15 * seconds, sliceMs: 120 });
  return entrants.map(({ contestant }, index) => timingOf(contestant.name, slices[index] ?? []));
}

export function timingOf(name: string, slices: readonly Slice[]): Timing {
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
