import type { DatabaseName } from './bench-database.js';
import type { ServerPlan } from './http-channel.js';
import { loaded } from './http-load.js';
import { requestsFor } from './http-requests.js';
import { type HttpServer, startHttpServer } from './http-server.js';
import type { FrameworkName } from './http-site.js';
import { type Side, type Timing, takeTurns, timingOf } from './measure.js';
import type { Slice } from './slice.js';
import { median } from './statistics.js';

/** The share of what echo and floor together allow that is aimed at. */
export const httpAim = 0.7;

interface Effort {
  /** How busy the server's thread was, 0 to 1. */
  readonly busy: number;
  /** What it used of a processor, for each request. */
  readonly cpuMs: number;
}

type ServedSlice = Slice & Effort;

/** Efforts are medians of the slices. */
export type ServedTiming = Timing & Effort;

export interface HttpComparison {
  readonly framework: FrameworkName;
  readonly database: DatabaseName;
  readonly mode: string;
  readonly connections: number;
  readonly echo: ServedTiming;
  readonly floor: ServedTiming;
  readonly byHand: ServedTiming;
  readonly ours: ServedTiming;
  /** What echo and floor together allow. */
  readonly togetherPerSecond: number;
  readonly ratio: number;
  /** Of a processor, what the server's thread used by hand for each that it used of ours. */
  readonly cpuRatio: number;
  /** `null` for a floor that is only shown. */
  readonly aim: number | null;
  readonly met: boolean | null;
}

export interface HttpMeasuring {
  readonly connections: number;
  readonly seconds: number;
}

/** Measures a framework over one setting of a database, against each of its floors. */
export async function compareOverHttp(
  plan: ServerPlan,
  { connections, seconds }: HttpMeasuring,
): Promise<readonly HttpComparison[]> {
  const server = await startHttpServer(plan);
  try {
    const names = ['echo', 'ours', ...server.floors.flatMap(({ name }) => [name, `${name} by hand`])];
    const slices = await takeTurns(sidesOf(server, plan.rows, connections), {
      atOnce: connections,
      seconds,
      // A server goes through far more code than a floor, and its rate rises for thousands of requests.
      warmSeconds: 0.6 * seconds,
      sliceMs: 400,
    });
    const [echo, ours, ...floors] = names.map((name, index) => servedTiming(name, slices[index] ?? []));
    if (echo === undefined || ours === undefined) throw new Error('nothing to compare');
    return server.floors.flatMap((_, place) => {
      const [floor, byHand] = floors.slice(2 * place);
      if (floor === undefined || byHand === undefined) return [];
      const { framework, database } = plan;
      const { togetherPerSecond, ratio } = shareOf(ours, { echo, floor, byHand }, database);
      const cpuRatio = byHand.cpuMs / ours.cpuMs;
      // The first floor is the one by hand, in sequence, that the aims are about.
      const aim = place === 0 ? httpAim : null;
      const met = aim === null ? null : ratio >= aim;
      const line = { framework, database, mode: server.mode, connections };
      return [{ ...line, echo, floor, byHand, ours, togetherPerSecond, ratio, cpuRatio, aim, met }];
    });
  } finally {
    await server.stop();
  }
}

const servedTiming = (name: string, slices: readonly ServedSlice[]): ServedTiming => ({
  ...timingOf(name, slices),
  busy: median(slices.map(({ busy }) => busy)),
  cpuMs: median(slices.map(({ cpuMs }) => cpuMs)),
});

type Rates = Readonly<Record<'echo' | 'floor' | 'byHand', Pick<Timing, 'slicesPerSecond'>>>;

/**
 * SQLite answers on the server's own thread, so the times of an echo and a begin add up. PostgreSQL works in processes of its
 * own: where there are cores for them, a server by hand manages more than that, and then this is what is allowed.
 */
export function shareOf(ours: Pick<Timing, 'slicesPerSecond'>, rates: Rates, database: DatabaseName) {
  const at = (side: keyof Rates, round: number): number => rates[side].slicesPerSecond[round] ?? Number.NaN;
  const allowed = ours.slicesPerSecond.map((_, round) => {
    const sum = 1 / (1 / at('echo', round) + 1 / at('floor', round));
    return database === 'sqlite' ? sum : Math.max(sum, at('byHand', round));
  });
  return {
    togetherPerSecond: median(allowed),
    ratio: median(ours.slicesPerSecond.map((rate, round) => rate / (allowed[round] ?? Number.NaN))),
  };
}

/** Echo, ours, and each floor alone and behind the framework. */
function sidesOf(server: HttpServer, rows: number, connections: number): readonly Side<ServedSlice>[] {
  const nextRequest = requestsFor(rows);
  const side = (run: Side<ServedSlice>['run']): Side<ServedSlice> => ({
    run,
    // So that what happens while connections are made is a small part of any slice.
    least: 10 * connections,
    most: rows,
  });

  /** `begins` is whether each request leaves a job. */
  const site = (url: string, begins: boolean): Side<ServedSlice> =>
    side(async (count) => {
      await server.ask({ kind: 'watch' });
      const slice = await loaded({ url, status: begins ? 202 : 200, connections, count, nextRequest });
      const { busy, cpuMs, jobs } = await server.ask({ kind: 'settle' });
      requireJobs(url, jobs, begins ? count : 0);
      return { ...slice, busy, cpuMs: cpuMs / count };
    });
  const floor = (place: number): Side<ServedSlice> =>
    side(async (count) => {
      const { slice, busy, cpuMs, jobs } = await server.ask({ kind: 'floor', place, count, atOnce: connections });
      if (slice === null) throw new Error('the floor was not measured');
      requireJobs('the floor', jobs, count);
      return { ...slice, busy, cpuMs: cpuMs / count };
    });
  return [
    site(server.echo, false),
    site(server.ours, true),
    ...server.floors.flatMap(({ byHand }, place) => [floor(place), site(byHand, true)]),
  ];
}

/** Whoever leaves fewer jobs behind than there were requests has done less than the others. */
function requireJobs(who: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${who} left ${found} jobs, not ${wanted}`);
}
