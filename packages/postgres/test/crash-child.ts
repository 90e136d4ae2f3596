import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { crashChild } from '@pwreset/conformance';
import { crashDatabase } from './crash-database.js';

const database = crashDatabase(process.argv[2] !== 'statements');

/** What is sent to the server is a step once it is on its way, and so is what comes back, before anybody sees it. */
function watchSockets(step: (name: string) => void): void {
  subscribe('net.client.socket', (message) => {
    const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : null;
    if (!(socket instanceof Socket)) return;
    const write = socket.write;
    let sending = false;
    Object.defineProperty(socket, 'write', {
      value(...given: readonly unknown[]): unknown {
        // By then the driver has let go of what it held back to send it in one piece.
        if (!sending) process.nextTick(sent);
        sending = true;
        return Reflect.apply(write, socket, given);
      },
    });
    const sent = (): void => {
      sending = false;
      step('after a message to the server');
    };
    socket.on('data', () => step('before an answer of the server'));
  });
}

await crashChild({
  ...database,
  open(name, step) {
    watchSockets(step);
    return database.open(name, step);
  },
});
