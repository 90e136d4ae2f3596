import { serveContender } from '@pwreset/conformance';
import { postgresStorage } from '../src/index.js';

/** One of several processes on one database, with a few connections of its own. */
const [connection = ''] = process.argv.slice(2);

const storage = await postgresStorage({ connection, maxConnections: 4 });
await serveContender(storage, process);
await storage.close();
if (process.connected) process.disconnect();
