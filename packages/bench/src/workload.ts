import { type Contestant, clientOf, emailOf } from './contestant.js';
import { type Slice, timed } from './slice.js';
import { sum } from './statistics.js';

export const operations = ['begin', 'deliver', 'confirm'] as const;
export type Operation = (typeof operations)[number];

/** A contestant with users of its own in one database. */
export interface Entrant {
  readonly contestant: Contestant;
  /** Ends every job that is pending, so that the next operation finds none. Not measured. */
  readonly settle: () => Promise<number>;
  /** The number of the next user. */
  readonly nextUser: () => number;
  /** How many there are. Two begins of one user would become one. */
  readonly users: number;
}

/** Users from all over the table, each once before any comes again. */
export function everyUser(users: number, share: { readonly of: number; readonly index: number }): () => number {
  const size = Math.max(1, Math.floor(users / share.of));
  const divides = (a: number, b: number): number => (b === 0 ? a : divides(b, a % b));
  let stride = Math.max(1, Math.floor(size * 0.618));
  while (divides(stride, size) !== 1) stride += 1;
  let place = 0;
  return () => {
    place = (place + stride) % size;
    return place * share.of + share.index;
  };
}

/** Carries out `count` operations, `atOnce` at a time; whatever they need beforehand is made outside of the measurement. */
export interface Workload {
  slice(operation: Operation, entrant: Entrant, count: number, atOnce: number): Promise<Slice>;
}

export function workload(): Workload {
  let requests = 0;
  const begin = ({ contestant, nextUser }: Entrant): Promise<void> => {
    requests += 1;
    return contestant.begin(emailOf(nextUser()), clientOf(requests));
  };

  async function begins(entrant: Entrant, count: number, atOnce: number): Promise<Slice> {
    const slice = await timed(
      Array.from({ length: count }, () => () => begin(entrant)),
      atOnce,
    );
    await entrant.settle();
    return slice;
  }

  async function mailed(entrant: Entrant, count: number): Promise<readonly string[]> {
    for (let left = count; left > 0; left -= 1) await begin(entrant);
    await entrant.contestant.deliver();
    return tokensOf(entrant.contestant, count);
  }

  async function confirms(entrant: Entrant, count: number, atOnce: number): Promise<Slice> {
    const tokens = await mailed(entrant, count);
    const slice = await timed(
      tokens.map((token) => () => {
        requests += 1;
        return entrant.contestant.confirm(token, `correct horse ${requests}`, clientOf(requests));
      }),
      atOnce,
    );
    await entrant.settle();
    return slice;
  }

  /** A pass with one begin due, or with as many as are delivered at once. */
  async function deliveries(entrant: Entrant, count: number, atOnce: number): Promise<Slice> {
    const { contestant } = entrant;
    const latenciesMs: number[] = [];
    for (let done = 0; done < count; done += atOnce) {
      for (let due = 0; due < atOnce; due += 1) await begin(entrant);
      const startedAt = performance.now();
      await contestant.deliver();
      latenciesMs.push(performance.now() - startedAt);
      tokensOf(contestant, atOnce);
    }
    return { elapsedMs: sum(latenciesMs), operations: latenciesMs.length * atOnce, latenciesMs };
  }

  const slices = { begin: begins, confirm: confirms, deliver: deliveries } as const;
  return { slice: (operation, ...rest) => slices[operation](...rest) };
}

function tokensOf({ name, takeTokens }: Contestant, count: number): readonly string[] {
  const tokens = takeTokens();
  if (tokens.length === count) return tokens;
  throw new Error(`${name} sent ${tokens.length} mails for ${count} begins`);
}
