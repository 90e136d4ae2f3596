import { CommitUnknown, StorageUnavailable } from '@pwreset/core';

/**
 * Results of PostgreSQL that are no mistake of a programmer: connection, rollback of the transaction (serialisation, deadlock),
 * resources, an operator's or a timeout's cancellation, disk, internal errors, a read-only server, and locks not granted.
 */
const outages = /^(?:08|40|53|57|58|XX)|^(?:25006|25P03|25P04|55P03)$/;

/** Here the server says itself that it does not know. */
const open = /^(?:08007|40003)$/;

/** Classes that end a statement and never the connection, our own among them, for servers that do not speak English. */
const endsStatement = /^(?:0A|2[1-8]|3|4|54|55|57014|P0|PW)/;
const endsConnection = /^25P0[34]$/;

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

interface ServerError extends Error {
  readonly code: string;
  readonly severity: unknown;
  readonly routine: unknown;
}

/** Told by its shape: an application's pool may come from another copy of the driver. */
function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';
}

/** Five characters that PostgreSQL documents for each of its errors; empty for an error that it did not send. */
export const sqlState = (error: unknown): string => (isServerError(error) ? error.code : '');

/**
 * Whether the server refused a statement and its session lives on: then its transaction has certainly come to nothing. Only
 * `ERROR` promises that; the severity is in the server's language.
 */
export function isRefusal(error: unknown): boolean {
  if (!isServerError(error) || open.test(error.code)) return false;
  return error.severity === 'ERROR' || (endsStatement.test(error.code) && !endsConnection.test(error.code));
}

/** A statement of this session cannot succeed, and in a fresh session it can. */
export const isStale = (error: unknown): boolean =>
  isServerError(error) && (stale.test(error.code) || error.routine === 'RevalidateCachedQuery');

/** What the driver threw for a statement, without the values of rows and parameters that PostgreSQL repeats in it. */
export function statementFault(error: unknown): unknown {
  if (!isServerError(error)) {
    // In the driver's words, a connection that was known to be dead before anything was written to it.
    const sent = !(error instanceof Error && / not queryable$/.test(error.message));
    return new ConnectionLost(error, sent);
  }
  if ('detail' in error && /^2[23]/.test(error.code)) error.detail = undefined;
  if ('where' in error && typeof error.where === 'string') error.where = error.where.replace(/\$\d+ = .*/gs, '…');
  return error;
}

/** An outage as {@link StorageUnavailable} with its cause; every other error as it is. */
export function faultFrom(error: unknown): unknown {
  if (error instanceof ConnectionLost) return new StorageUnavailable({ cause: error.cause });
  return outages.test(sqlState(error)) ? new StorageUnavailable({ cause: error }) : error;
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
      const again = isStale(error) || /^(?:40001|40P01)$/.test(sqlState(error));
      if (!again || attempt === tries) throw faultFrom(error);
    }
  }
}
