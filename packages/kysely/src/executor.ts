import type { Plan, PlanOutcome } from './plan.js';
import type { Columns } from './sql-value.js';
import type { Query } from './statement.js';

/**
 * Runs statements on one driver. It keeps what it prepared for each text, and it turns the driver's faults into
 * {@link StorageUnavailable}, where certainly nothing was written, and {@link CommitUnknown}, where the answer was lost.
 */
export interface Executor {
  /** The rows that one statement answers; it is a transaction of its own. */
  rows(query: Query): Promise<readonly Columns[]>;
  /** How many rows one statement wrote; it is a transaction of its own. */
  write(query: Query): Promise<number>;
  /** Runs a plan in one transaction, durable when this resolves. Whatever is thrown in between takes all of it back. */
  run(plan: Plan): Promise<PlanOutcome>;
}
