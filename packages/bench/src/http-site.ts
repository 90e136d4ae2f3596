import type { Server } from 'node:http';
import type { Handler } from '@pwreset/http';
import type { Contestant } from './contestant.js';

export const frameworks = ['express', 'hono'] as const;
export type FrameworkName = (typeof frameworks)[number];

/** The one thing that is asked of every site. */
export const sitePath = '/password-resets';

/** What the generator says instead of its own address; every site but the echo believes it, from this machine only. */
export const clientHeader = 'x-forwarded-for';

/** A server that answers POST requests to `url`. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Three sites with the same settings of the same framework. */
export interface Framework {
  /** Reads JSON and answers with it. */
  echo(): Promise<Site>;
  /** The same, with a begin written by hand in between. */
  byHand(begin: Contestant['begin']): Promise<Site>;
  /** Our binding. */
  ours(handler: Handler): Promise<Site>;
}

/** A server that listens on a port of this machine. */
export function siteOf(server: Pick<Server, 'address' | 'close' | 'closeAllConnections'>): Site {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return {
    url: `http://127.0.0.1:${address.port}${sitePath}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
