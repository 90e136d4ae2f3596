import { setTimeout } from 'node:timers/promises';
import type { ChargeResult, ClaimedJob, Limit, Step, TokenId, TokenWithUser } from '@pwreset/core';
import {
  type ClaimQuery,
  type ContenderCommitResult,
  type ContenderReply,
  type ContenderRequest,
  type ContenderResults,
  type ContenderWork,
  isContenderReply,
  type SettleCall,
} from './processes-messages.js';

/** Another process with a storage of its own on the same database. Results are in the order of the calls. */
export interface Contender {
  /** `atOnce` is how many of the calls are under way at a time, 1 where left out. */
  commit(
    lists: readonly (readonly Step[])[],
    options?: { readonly limits?: readonly Limit[]; readonly atOnce?: number },
  ): Promise<readonly ContenderCommitResult[]>;
  charge(calls: readonly (readonly Limit[])[], atOnce?: number): Promise<readonly ChargeResult[]>;
  claimJobs(queries: readonly ClaimQuery[], atOnce?: number): Promise<readonly (readonly ClaimedJob[])[]>;
  findTokens(ids: readonly TokenId[]): Promise<readonly (TokenWithUser | null)[]>;
  settle(calls: readonly SettleCall[]): Promise<readonly ('applied' | 'not_applied')[]>;
  /** Ends the process. */
  stop(): Promise<void>;
}

/** The part of a forked process that the kit talks through. */
export interface ContenderProcess {
  on(event: 'message' | 'exit' | 'error', listener: (value: unknown) => void): unknown;
  send(message: ContenderRequest): unknown;
  kill(signal: 'SIGKILL'): unknown;
}

type ResultsOf<Type> = Extract<ContenderResults, { readonly type: Type }>;

const isOf = <Type extends ContenderWork['type']>(type: Type, results: ContenderResults): results is ResultsOf<Type> =>
  results.type === type;

function only<Type extends ContenderWork['type']>(type: Type, results: ContenderResults): ResultsOf<Type> {
  if (!isOf(type, results)) throw new Error(`another process answered ${results.type} instead of ${type}`);
  return results;
}

/** How long a process that was told to stop may take, in milliseconds. Only one that does not end is waited for. */
const stopMs = 5000;

/**
 * What `start` of {@link testStorageAcrossProcesses} gives back: a forked process that runs {@link serveContender}, once it is ready.
 *
 * @throws {Error} where the process ends before it is ready
 *
 * @example
 * ```ts
 * import { fork } from 'node:child_process';
 * import { connectContender } from '@pwreset/conformance';
 *
 * const start = (database: string) => connectContender(fork('contender.js', [database]));
 * ```
 */
export async function connectContender(child: ContenderProcess): Promise<Contender> {
  const replies = new Map<number, (reply: ContenderReply | Error) => void>();
  let ended: Error | null = null;
  let asked = 0;

  const ready = Promise.withResolvers<void>();
  const exit = Promise.withResolvers<void>();
  child.on('message', (reply) => {
    if (!isContenderReply(reply)) return;
    if (reply.type === 'ready') ready.resolve();
    else replies.get(reply.id)?.(reply);
  });
  const end = (why: unknown): void => {
    const error = new Error(`a contending process ended: ${why}`);
    ended = error;
    ready.reject(error);
    for (const answer of replies.values()) answer(error);
    exit.resolve();
  };
  child.on('exit', end);
  child.on('error', end);
  await ready.promise;

  async function ask(work: ContenderWork, atOnce = 1): Promise<ContenderResults> {
    if (ended !== null) throw ended;
    asked += 1;
    const id = asked;
    const reply = await new Promise<ContenderReply | Error>((resolve) => {
      replies.set(id, resolve);
      child.send({ type: 'work', id, atOnce, work });
    });
    replies.delete(id);
    if (reply instanceof Error) throw reply;
    if (reply.type !== 'done')
      throw new Error(`in another process: ${reply.type === 'failed' ? reply.error : 'no answer'}`);
    return reply.results;
  }

  return {
    async commit(lists, { limits = [], atOnce } = {}) {
      const calls = lists.map((steps) => ({ steps, limits }));
      return only('commit', await ask({ type: 'commit', calls }, atOnce)).results;
    },
    charge: async (calls, atOnce) => only('charge', await ask({ type: 'charge', calls }, atOnce)).results,
    claimJobs: async (calls, atOnce) => only('claimJobs', await ask({ type: 'claimJobs', calls }, atOnce)).results,
    findTokens: async (calls) => only('findToken', await ask({ type: 'findToken', calls })).results,
    settle: async (calls) => only('settle', await ask({ type: 'settle', calls })).results,
    async stop() {
      if (ended !== null) return;
      child.send({ type: 'stop' });
      const over = new AbortController();
      const late = setTimeout(stopMs, true, { signal: over.signal }).catch(() => false);
      if (await Promise.race([exit.promise, late])) child.kill('SIGKILL');
      over.abort();
      await exit.promise;
    },
  };
}
