import type { Columns, Plan, PlanOutcome, Query } from '@pwreset/kysely';

/** A function in the database that carries out a whole plan in one call, a transaction of its own. */
export interface Routine {
  /** The call; `null` for a plan that it does not cover. */
  call(plan: Plan): Query | null;
  /** What the call's rows say. */
  outcome(plan: Plan, rows: readonly Columns[]): PlanOutcome;
  /** What an error says that the routine itself raised, to have everything of the call taken back; `null` for any other. */
  refusal(plan: Plan, error: unknown): PlanOutcome | null;
}
