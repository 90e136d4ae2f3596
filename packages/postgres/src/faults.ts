import { CommitUnknown, StorageUnavailable } from '@pwreset/core';
import {
  isPostgresOutage,
  isPostgresTransient,
  isPostgresRefusal as isRefusal,
  sqlState,
  withoutValues,
} from '@pwreset/kysely';

/** The session would have to be a new one: a plan that no longer fits its table, a statement that is not there any more. */
const stale = /^26000$/;

/** The connection was lost, or its answer took too long. `cause` is what the driver said. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(
    cause: unknown,
    /** Whether the server may have received the statement. */
    readonly sent: boolean,
  ) {
    super('the connection was lost', { cause });
  }
}

export { isRefusal, sqlState };

/** A statement of this session cannot succeed, and in a fresh session it can. */
export const isStale = (error: unknown): boolean =>
  stale.test(sqlState(error)) ||
  (error instanceof Error && 'routine' in error && error.routine === 'RevalidateCachedQuery');

/** What the driver threw for a statement, without the values of rows and parameters that PostgreSQL repeats in it. */
export function statementFault(error: unknown): unknown {
  if (sqlState(error) !== '') return withoutValues(error);
  // In the driver's words, a connection that was known to be dead before anything was written to it.
  const sent = !(error instanceof Error && / not queryable$/.test(error.message));
  return new ConnectionLost(error, sent);
}

/** An outage as {@link StorageUnavailable} with its cause; every other error as it is. */
export function faultFrom(error: unknown): unknown {
  if (error instanceof ConnectionLost) return new StorageUnavailable({ cause: error.cause });
  return isPostgresOutage(error) ? new StorageUnavailable({ cause: error }) : error;
}

/**
 * Waits for the answer that says whether something was committed. @throws {@link CommitUnknown} where it does not come
 */
export async function inDoubt<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    if (isRefusal(error) || (error instanceof ConnectionLost && !error.sent)) throw error;
    throw new CommitUnknown({ cause: error instanceof ConnectionLost ? error.cause : error });
  }
}

const tries = 10;

/**
 * Runs `work`, again where the server took it back for another transaction's sake. At once: whoever it met has got further
 * by then.
 */
export async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const again = isStale(error) || isPostgresTransient(error);
      if (!again || attempt === tries) throw faultFrom(error);
    }
  }
}
