import autocannon from 'autocannon';
import type { BenchRequest } from './http-requests.js';
import { clientHeader } from './http-site.js';
import type { Slice } from './slice.js';

export interface Load {
  readonly url: string;
  /** The status of every answer. */
  readonly status: number;
  readonly connections: number;
  /** Requests in all, a multiple of the connections. */
  readonly count: number;
  readonly nextRequest: () => BenchRequest;
}

/**
 * Sends requests over as many connections, each asking again as soon as it was answered. Time counts from the first answer to the
 * last, so that connecting is in no figure.
 *
 * @throws {Error} for an answer with another status, and a connection that failed
 */
export function loaded({ url, status, connections, count, nextRequest }: Load): Promise<Slice> {
  return new Promise((resolve, reject) => {
    const latenciesMs: number[] = [];
    let firstAt = 0;
    let lastAt = 0;
    let trouble: Error | null = null;
    const generator = autocannon(
      {
        url,
        connections,
        amount: count,
        method: 'POST',
        // How soon it notices that all is answered.
        sampleInt: 5,
        skipAggregateResult: true,
        requests: [
          {
            setupRequest(request) {
              const { email, client } = nextRequest();
              return {
                ...request,
                headers: {
                  'content-type': 'application/json',
                  'user-agent': client.userAgent,
                  [clientHeader]: client.ip,
                },
                body: JSON.stringify({ email }),
              };
            },
          },
        ],
      },
      (error: unknown) => {
        trouble ??= error instanceof Error ? error : null;
        if (trouble === null && latenciesMs.length !== count) {
          trouble = new Error(`${latenciesMs.length} answers to ${count} requests`);
        }
        if (trouble !== null) reject(trouble);
        else resolve({ operations: count - 1, elapsedMs: lastAt - firstAt, latenciesMs });
      },
    );
    const fail = (why: string): void => {
      trouble ??= new Error(`${url}: ${why}`);
      generator.stop();
    };
    generator.on('response', (_client, answered, _bytes, tookMs) => {
      lastAt = performance.now();
      if (latenciesMs.length === 0) firstAt = lastAt;
      latenciesMs.push(tookMs);
      if (answered !== status) fail(`an answer had the status ${answered}, not ${status}`);
    });
    generator.on('reqError', (error) => fail(String(error)));
  });
}
