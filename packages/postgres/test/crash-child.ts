import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { type CrashStep, crashChild } from '@pwreset/conformance';
import { crashDatabase } from './crash-database.js';

const database = crashDatabase(process.argv[2] !== 'statements');

/** What is sent to the server is a step as soon as it is on its way: the server carries it out, and nobody hears of it. */
function watch(socket: Socket, step: CrashStep): void {
  const write = socket.write;
  let sending = false;
  const sent = (): void => {
    sending = false;
    step('after a message to the server');
  };
  Object.defineProperty(socket, 'write', {
    // Node replaces it too, when the other side has gone.
    writable: true,
    value(...given: readonly unknown[]): unknown {
      // By then the driver has let go of what it held back to send it in one piece.
      if (!sending) process.nextTick(sent);
      sending = true;
      return Reflect.apply(write, socket, given);
    },
  });
}

await crashChild({
  ...database,
  open(name, step) {
    subscribe('net.client.socket', (message) => {
      const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : null;
      if (socket instanceof Socket) socket.once('connect', () => watch(socket, step));
    });
    return database.open(name, step);
  },
});
