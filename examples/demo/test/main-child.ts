import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Demo } from '../src/demo.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What Node needs to run the sources. */
export const sourceArguments = [
  '--no-warnings',
  '--experimental-transform-types',
  '--import',
  here('../../../.config/typescript-hook.mjs'),
];

/** How a process ended and all that it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MainChild {
  readonly child: ChildProcess;
  /** Its one line, as soon as it is there. */
  readonly line: Promise<Omit<Demo, 'close'>>;
  readonly ended: Promise<Ended>;
}

/** The real program, with `--json`, on any free port unless `env` names one. */
export function startMain(env: Readonly<Record<string, string>>): MainChild {
  const child = spawn(process.execPath, [...sourceArguments, here('../src/main.ts'), '--json'], {
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const line = once(child.stdout, 'data').then(([chunk]) => JSON.parse(String(chunk)));
  line.catch(() => undefined);
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }),
  );
  return { child, line, ended };
}
