/**
 * The demo as a newcomer starts it, bundle and all: each framework has to print its line, serve, and end when it is told to.
 * The tests run it from its sources, where nothing is bundled.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = await mkdtemp(join(tmpdir(), 'pwreset-demo-starts-'));

/** @param {string} framework */
async function start(framework) {
  const child = spawn('npx', ['-y', 'pnpm@12', 'demo', '--json'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', PWRESET_DB: join(folder, `${framework}.db`), PWRESET_FRAMEWORK: framework },
  });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout, 'data'), exited.then(() => [''])]);
  if (String(line) === '') throw new Error(`the demo with ${framework} ended before it served`);
  try {
    const { url } = JSON.parse(String(line));
    const { status } = await fetch(`${url}/openapi.json`);
    if (status !== 200) throw new Error(`the demo with ${framework} answered ${status}`);
  } finally {
    process.kill(-Number(child.pid), 'SIGINT');
    await exited;
  }
}

try {
  for (const framework of ['express', 'hono']) await start(framework);
  console.log('demo: starts, serves and ends with each framework');
} finally {
  await rm(folder, { recursive: true, force: true });
}
