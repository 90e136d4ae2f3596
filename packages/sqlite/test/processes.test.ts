import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createUser, enqueue, issueToken, jobId, tokenId } from '@pwreset/core';
import { expect, onTestFinished, test } from 'vitest';
import type { Report } from './contender.js';
import { freshPath, newJob, newToken, newUser, openStorage } from './support.js';

const tokens = 40;
const jobs = 40;
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function contender(database: string, name: string): ChildProcess {
  const child = fork(here('contender.ts'), [database, name, String(tokens)], {
    execArgv: [
      '--no-warnings',
      '--experimental-transform-types',
      '--import',
      here('../../../.config/typescript-hook.mjs'),
    ],
  });
  onTestFinished(() => {
    child.kill();
  });
  return child;
}

async function answer(child: ChildProcess): Promise<unknown> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`a process ended early with code ${code}`))),
  ]);
  return message;
}

const isReport = (value: unknown): value is Report => typeof value === 'object' && value !== null && 'claimed' in value;

test('processes that start at once on a new file migrate it once, and each token and job goes to one of them (P3)', async () => {
  const database = freshPath();
  const children = ['a', 'b', 'c', 'd'].map((name) => contender(database, name));
  expect(await Promise.all(children.map(answer))).toEqual(['ready', 'ready', 'ready', 'ready']);

  const storage = openStorage({ database, migrate: false });
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
  await storage.commit([
    createUser(newUser()),
    ...numbers(tokens).map((n) => issueToken(newToken({ id: tokenId(`token ${n}`) }))),
    ...numbers(jobs).map((n) => enqueue(newJob({ id: jobId(`job ${n}`) }))),
  ]);
  for (const child of children) child.send('go');
  const reports = (await Promise.all(children.map(answer))).filter(isReport);

  expect(reports).toHaveLength(children.length);
  const sorted = (items: readonly string[]) => items.toSorted();
  expect(sorted(reports.flatMap(({ confirmed }) => confirmed))).toEqual(
    sorted(numbers(tokens).map((n) => `token ${n}`)),
  );
  expect(sorted(reports.flatMap(({ claimed }) => claimed))).toEqual(sorted(numbers(jobs).map((n) => `job ${n}`)));
  // All or nothing: as many notices and audit rows as passwords were set.
  expect(await storage.listJobs({ state: 'pending', limit: 1000 })).toHaveLength(tokens);
  expect(await storage.listAudit({ limit: 1000 })).toHaveLength(tokens);
}, 30_000);
