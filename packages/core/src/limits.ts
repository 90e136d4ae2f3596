/**
 * A token bucket kept as one number, the theoretical arrival time (GCRA): `capacity` uses at once, then one more every
 * `refillMs`. A storage settles it with this arithmetic and no clock of its own:
 *
 * ```text
 * windowMs  = capacity * refillMs
 * start     = now where there is no row or arrival > now + 2 * windowMs, else max(arrival, now)
 * arrival'  = start + refillMs
 * allowed   = arrival' <= now + windowMs                             (then arrival' is stored, else nothing is)
 * retryAfter= arrival' - windowMs - now
 * ```
 *
 * An arrival more than a window beyond what is possible was stored by a clock that had jumped ahead; it counts as absent, so
 * that it cannot lock the bucket. Clocks that differ by less than a window leave the limit as strict as it is.
 */
export interface Limit {
  /** What the limit is called in events and in the documentation. */
  readonly name: LimitName;
  readonly key: string;
  readonly capacity: number;
  readonly refillMs: number;
  readonly now: number;
}

export const limitNames = [
  'ip',
  'ip_wide',
  'service',
  'begin_by_address',
  'login_by_network',
  'login_by_wide_network',
  'login_by_address',
  'second_factor_by_user',
  'code_guess_by_address',
  'code_failures_by_address',
] as const;
export type LimitName = (typeof limitNames)[number];

export type ChargeResult =
  | { readonly outcome: 'charged' }
  | { readonly outcome: 'limited'; readonly limit: number; readonly retryAfterMs: number };

/**
 * What {@link Limit} documents, for storages that compute outside of SQL. `null` for `arrival` where there is no row.
 *
 * @example
 * ```ts
 * import { settleLimit } from '@pwreset/core';
 *
 * const limit = { name: 'ip', key: 'ip:192.0.2.1', capacity: 1, refillMs: 1_000, now: 5_000 } as const;
 * settleLimit(null, limit); // { allowed: true, arrival: 6000 }
 * settleLimit(6_000, limit); // { allowed: false, retryAfterMs: 1000 }
 * ```
 */
export function settleLimit(
  arrival: number | null,
  { capacity, refillMs, now }: Limit,
): { readonly allowed: true; readonly arrival: number } | { readonly allowed: false; readonly retryAfterMs: number } {
  const windowMs = capacity * refillMs;
  const believable = arrival !== null && arrival <= now + 2 * windowMs;
  const next = Math.max(believable ? arrival : now, now) + refillMs;
  if (next <= now + windowMs) return { allowed: true, arrival: next };
  return { allowed: false, retryAfterMs: next - windowMs - now };
}
