import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { crashRounds } from '@pwreset/conformance';
import { sqliteTarget } from './crash-target.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '300' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const rounds = Number(values.rounds);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const databases = values.only === undefined ? ['sqlite', 'postgres'] : [values.only];
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new TypeError('--rounds takes a whole number above zero');
if (!Number.isSafeInteger(seed)) throw new TypeError('--seed takes a whole number');
if (!databases.every((name) => name === 'sqlite' || name === 'postgres')) {
  throw new TypeError('--only takes sqlite or postgres');
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function killOnSqlite(): Promise<void> {
  const target = await sqliteTarget();
  try {
    await crashRounds({ target, rounds, seed, report: (line) => say(`sqlite: ${line}`) });
  } finally {
    target.dispose();
  }
}

/** In a program of its own: this package does not know that one. */
async function killOnPostgres(): Promise<void> {
  const program = fileURLToPath(new URL('../../postgres/test/crash-main.ts', import.meta.url));
  const arguments_ = [...process.execArgv, program, '--rounds', String(rounds), '--seed', String(seed)];
  const [code] = await once(spawn(process.execPath, arguments_, { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error(`the rounds on postgres ended with ${code}`);
}

say(`seed ${seed}`);
if (databases.includes('sqlite')) await killOnSqlite();
if (databases.includes('postgres')) await killOnPostgres();
