import { type ChargeResult, type Limit, settleLimit } from '@pwreset/core';
import type { Tables } from './tables.js';

/** Settles limits in order. The first that refuses stops; those before it stay charged. */
export function chargeAll({ limits: rows }: Tables, limits: readonly Limit[]): ChargeResult {
  for (const [index, limit] of limits.entries()) {
    const settled = settleLimit(rows.get(limit.key)?.arrival ?? null, limit);
    if (!settled.allowed) return { outcome: 'limited', limit: index, retryAfterMs: settled.retryAfterMs };
    rows.set(limit.key, { key: limit.key, arrival: settled.arrival });
  }
  return { outcome: 'charged' };
}
