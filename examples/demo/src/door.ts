import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { systemClock } from '@pwreset/core';
import { reasonOf, StartRefused } from './start-refused.js';

/** A port on loopback that is taken before there is anybody to answer on it. */
export interface Door {
  readonly url: string;
  /** Lets in everybody who has been waiting, and whoever comes. */
  open(listener: RequestListener): void;
  /** Lets nobody in any more, gives the requests under way `graceMs` to end, and hangs up on the rest. */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** @throws {@link StartRefused} where the port cannot be had */
export async function takePort(port: number): Promise<Door> {
  const ready = Promise.withResolvers<RequestListener>();
  const drained = Promise.withResolvers<void>();
  const underWay = new Set<ServerResponse>();
  let closing = false;

  const server = createServer((request, response) => {
    underWay.add(response);
    response.on('close', () => {
      underWay.delete(response);
      if (closing && underWay.size === 0) drained.resolve();
    });
    void ready.promise.then((listener) => {
      if (!response.destroyed) listener(request, response);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: unknown) => {
    throw new StartRefused(`PORT ${port} cannot be used: ${reasonOf(error)}`);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    open: ready.resolve,
    async close({ graceMs }) {
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      const over = new AbortController();
      if (underWay.size > 0) await Promise.race([drained.promise, systemClock.wait(graceMs, over.signal)]);
      over.abort();
      server.closeAllConnections();
      await closed;
    },
  };
}
