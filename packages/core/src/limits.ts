/**
 * A token bucket kept as one number, the theoretical arrival time (GCRA): `capacity` uses at once, then one more every
 * `refillMs`. A storage settles it with this arithmetic and no clock of its own:
 *
 * ```text
 * windowMs  = capacity * refillMs
 * arrival'  = max(min(arrival, now + windowMs), now) + refillMs     (arrival = now where there is no row)
 * allowed   = arrival' <= now + windowMs                             (then arrival' is stored, else nothing is)
 * retryAfter= arrival' - windowMs - now
 * ```
 *
 * The inner `min` keeps a clock that once jumped ahead from locking the bucket.
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
  'login_by_address',
  'second_factor_by_user',
] as const;
export type LimitName = (typeof limitNames)[number];

export type ChargeResult =
  | { readonly outcome: 'charged' }
  | { readonly outcome: 'limited'; readonly limit: number; readonly retryAfterMs: number };

/** What {@link Limit} documents, for storages that compute outside of SQL. `null` for `arrival` where there is no row. */
export function settleLimit(
  arrival: number | null,
  { capacity, refillMs, now }: Limit,
): { readonly allowed: true; readonly arrival: number } | { readonly allowed: false; readonly retryAfterMs: number } {
  const windowMs = capacity * refillMs;
  const next = Math.max(Math.min(arrival ?? now, now + windowMs), now) + refillMs;
  if (next <= now + windowMs) return { allowed: true, arrival: next };
  return { allowed: false, retryAfterMs: next - windowMs - now };
}
