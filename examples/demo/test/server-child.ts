import { startDemo } from '../src/demo.js';
import { sqliteAt } from '../src/settings.js';

const [database = '', smtpPort = ''] = process.argv.slice(2);
const demo = await startDemo(
  { port: 0, database: sqliteAt(database), framework: 'express', secret: null, localUrl: 'https://app.example/local' },
  { smtpPort: Number(smtpPort), leaseMs: 500 },
);
process.send?.({ url: demo.url, serviceKey: demo.serviceKey });
process.once('SIGTERM', () => void demo.close().then(() => process.exit(0)));
