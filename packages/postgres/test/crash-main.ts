import { parseArgs } from 'node:util';
import { crashRounds } from '@pwreset/conformance';
import { postgresTarget } from './crash-target.js';
import { startPostgres } from './start-postgres.js';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
const server = await startPostgres();
try {
  for (const routine of [true, false]) {
    const name = `postgres, ${routine ? 'routine' : 'statements'}`;
    const target = await postgresTarget(server.url, { routine });
    try {
      await crashRounds({
        target,
        rounds: Number(values.rounds),
        seed: Number(values.seed),
        report: (line) => void process.stdout.write(`${name}: ${line}\n`),
      });
    } finally {
      await target.dispose();
    }
  }
} finally {
  await server.stop();
}
