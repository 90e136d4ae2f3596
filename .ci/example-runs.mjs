/** @import { BlockFile } from './program.mjs' */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const hook = pathToFileURL(join(import.meta.dirname, '../.config/typescript-hook.mjs')).href;

/**
 * Runs each file as a program of its own, as many at once as there are processors, each in a new folder.
 * @param {readonly BlockFile[]} files
 * @param {{ folder: string, limitMs: number }} options
 * @returns {Promise<string[]>}
 */
export async function runProblems(files, options) {
  /** @type {string[]} */
  const problems = [];
  const queue = files.values();
  async function work() {
    for (const file of queue) problems.push(...(await runOne(file, options)));
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return problems;
}

/** @param {BlockFile} file @param {{ folder: string, limitMs: number }} options @returns {Promise<string[]>} */
function runOne({ path, block }, { folder, limitMs }) {
  const cwd = join(folder, 'runs', basename(path));
  mkdirSync(cwd, { recursive: true });
  const args = ['--no-warnings', '--experimental-transform-types', '--import', hook, path];
  return new Promise((done) => {
    execFile(
      process.execPath,
      args,
      { cwd, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: '1' } },
      (error, stdout, stderr) => {
        if (error === null) return done([]);
        const why = error.killed
          ? `does not end within ${limitMs / 1000} s`
          : `fails with ${error.code ?? error.signal}`;
        const tail = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n');
        done([`${block.file}:${block.line}: the @example ${why}\n${tail}`]);
      },
    );
  });
}
