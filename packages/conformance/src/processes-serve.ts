import { type Storage, StorageUnavailable } from '@pwreset/core';
import {
  type CommitCall,
  type ContenderCommitResult,
  type ContenderReply,
  type ContenderResults,
  type ContenderWork,
  isContenderRequest,
} from './processes-messages.js';

/** The part of `process` that a contender talks through. */
export interface ContenderChannel {
  on(event: 'message' | 'disconnect', listener: (message: unknown) => void): unknown;
  /** There is none where the process was not forked. */
  send?(message: ContenderReply): unknown;
}

/**
 * The other process of {@link testStorageAcrossProcesses}: carries out what the kit asks of a storage, until the kit says that it is
 * done or is gone. Whoever opened the storage closes it then, and lets go of the channel, so that the process can end.
 *
 * @example
 * ```ts
 * import { serveContender } from '@pwreset/conformance';
 * import { memoryStorage } from '@pwreset/memory';
 *
 * if (process.connected) {
 *   await serveContender(memoryStorage(), process);
 *   if (process.connected) process.disconnect();
 * }
 * ```
 */
export async function serveContender(storage: Storage, channel: ContenderChannel): Promise<void> {
  const tell = (reply: ContenderReply): void => void channel.send?.(reply);
  await new Promise<void>((resolve) => {
    channel.on('disconnect', () => resolve());
    channel.on('message', (message) => {
      if (!isContenderRequest(message)) return;
      if (message.type === 'stop') return resolve();
      const { id, atOnce, work } = message;
      carryOut(storage, work, atOnce).then(
        (results) => tell({ type: 'done', id, results }),
        (error: unknown) => tell({ type: 'failed', id, error: String(error) }),
      );
    });
    tell({ type: 'ready' });
  });
}

async function carryOut(storage: Storage, work: ContenderWork, atOnce: number): Promise<ContenderResults> {
  const { type } = work;
  switch (type) {
    case 'commit':
      return { type, results: await each(work.calls, atOnce, (call) => commit(storage, call)) };
    case 'charge':
      return { type, results: await each(work.calls, atOnce, (limits) => storage.charge(limits)) };
    case 'claimJobs':
      return { type, results: await each(work.calls, atOnce, (query) => storage.claimJobs(query)) };
    case 'findToken':
      return { type, results: await each(work.calls, atOnce, (id) => storage.findToken(id)) };
    case 'settle':
      return { type, results: await each(work.calls, atOnce, ({ attempt, now }) => storage.settle(attempt, now)) };
  }
}

async function commit(storage: Storage, { steps, limits }: CommitCall): Promise<ContenderCommitResult> {
  try {
    return await storage.commit(steps, limits);
  } catch (error) {
    if (error instanceof StorageUnavailable) return { outcome: 'unavailable' };
    throw error;
  }
}

/** Makes the calls, `atOnce` at a time; the results are in the order of the calls. */
async function each<Call, Result>(
  calls: readonly Call[],
  atOnce: number,
  make: (call: Call) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const left = calls.entries();
  const worker = async (): Promise<void> => {
    for (const [index, call] of left) results.set(index, await make(call));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
