import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

const tailLines = 20;

/**
 * Runs a command without input and keeps the end of what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {{ failed: boolean, output: string }}
 */
export function run(command, args, cwd) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const lines = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trimEnd().split('\n');
  return { failed: status !== 0, output: lines.slice(-tailLines).join('\n') };
}

/**
 * Runs the pnpm that runs this script, or the one on the PATH.
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export function runPnpm(args, cwd) {
  const own = process.env.npm_execpath ?? '';
  return run(basename(own).startsWith('pnpm') ? own : 'pnpm', args, cwd);
}
