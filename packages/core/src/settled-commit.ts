import type { Context } from './context.js';
import { CommitUnknown, StorageUnavailable } from './errors.js';
import type { FlowName } from './events.js';
import { type AttemptId, attemptId } from './ids.js';
import type { CommitResult, Step } from './steps.js';
import { uuid } from './uuid.js';

/** How long to wait before each time the storage is asked. */
const settleDelaysMs = [0, 100, 400, 1_600, 6_400];

export const newAttempt = (context: Context): AttemptId => attemptId(uuid(context.random));

/**
 * Commits a list that records `attempt`. Where the answer is lost it asks the storage what became of the attempt, so that the
 * caller hears what happened and not what may have (P3).
 *
 * @throws {@link StorageUnavailable} when nothing was applied
 * @throws {@link CommitUnknown} only when the storage stays away for as long as it is asked
 */
export async function commitSettled(
  context: Context,
  flow: FlowName,
  attempt: AttemptId,
  steps: readonly Step[],
): Promise<CommitResult> {
  try {
    return await context.storage.commit(steps);
  } catch (error) {
    if (!(error instanceof CommitUnknown)) throw error;
    const outcome = await settle(context, attempt, error);
    context.emit({ type: 'commit_settled', flow, outcome });
    if (outcome === 'applied') return { outcome };
    throw new StorageUnavailable({ cause: error });
  }
}

async function settle(
  context: Context,
  attempt: AttemptId,
  unknown: CommitUnknown,
): Promise<'applied' | 'not_applied'> {
  const never = new AbortController().signal;
  for (const delayMs of settleDelaysMs) {
    if (delayMs > 0) await context.clock.wait(delayMs, never);
    try {
      return await context.storage.settle(attempt, context.clock.now());
    } catch (error) {
      if (!(error instanceof StorageUnavailable || error instanceof CommitUnknown)) throw error;
    }
  }
  throw unknown;
}
