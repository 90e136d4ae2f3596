import type { Contestant } from './contestant.js';
import type { FlowContestant } from './flow.js';

export const databases = ['sqlite', 'postgres'] as const;
export type DatabaseName = (typeof databases)[number];

/** A database of its own, with the contestants on it. */
export interface BenchDatabase {
  readonly database: DatabaseName;
  /** What is set that matters to its speed. */
  readonly mode: string;
  /** The users, and as many tokens, jobs and audit rows that have ended. */
  readonly rows: number;
  /** Ours first. */
  readonly contestants: readonly [FlowContestant, ...Contestant[]];
  /** Ends every job that is pending, and says how many there were. */
  settle(): Promise<number>;
  /** Clears away what the operations before have left to be cleared, so that the next one does not pay for it. */
  tidy(): Promise<void>;
  /** How many rows there are of each sort. */
  tally(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface Tally {
  readonly what: string;
  readonly rows: number;
}

/** Rows by what they say, so that what two contestants leave behind can be compared. `prefix` is the key up to its colon. */
export const tallyQuery = (prefix: string): string => `
  select 'token: ' || purpose || case
      when used_at is not null then ', used' when closed_at is not null then ', closed' else ', open' end
    || case when used_by is null then '' else ' by an attempt' end as what,
    count(*) as rows from pwreset_tokens group by 1
  union all
  select 'job: ' || kind || ', ' || state || case when attempt = 0 then ', never claimed' else ', claimed' end
    || case when address is null then '' else ', address' end
    || case when unique_key is null then '' else ', unique' end, count(*) from pwreset_jobs group by 1
  union all
  select 'audit: ' || event || case when user_id is null or ip is null then ', lacking' else ', whole' end,
    count(*) from pwreset_audit group by 1
  union all
  select 'limit: ' || ${prefix}, count(*) from pwreset_limits group by 1
  union all
  select 'user: ' || password, count(*) from pwreset_users group by 1`;

export const tallyOf = (rows: readonly Tally[]): Readonly<Record<string, number>> =>
  Object.fromEntries(rows.map(({ what, rows: count }) => [what, Number(count)]));
