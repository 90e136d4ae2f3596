import { type BenchClient, clientOf, emailOf } from './contestant.js';

export interface BenchRequest {
  readonly email: string;
  readonly client: BenchClient;
}

/** Half of all the clients that there are. */
const half = 2 ** 23;

/**
 * Requests of which each comes from a client of its own, for an address that comes again only after all the others. The two
 * sources have no client in common: a limit that was charged before is cheaper to charge than a new one.
 */
export function requestsFor(users: number, source: 'generator' | 'server' = 'generator'): () => BenchRequest {
  let requests = source === 'generator' ? 0 : half;
  return () => {
    requests += 1;
    return { email: emailOf(requests % users), client: clientOf(requests) };
  };
}
