import type { Charge, PlanOutcome } from '@pwreset/kysely';
import type { Connections } from './connections.js';
import { retried } from './faults.js';
import { transacted } from './transaction.js';

/**
 * Settles limits in order, each in a transaction of its own: it is durable before the next is asked, and no limit's row is
 * held while a user's row is waited for. The outcome where one refuses, else `null`.
 */
export async function charge(connections: Connections, charges: readonly Charge[]): Promise<PlanOutcome | null> {
  for (const [limit, asked] of charges.entries()) {
    const retryAfterMs = await retried(() => settle(connections, asked));
    if (retryAfterMs !== null) return { outcome: 'limited', limit, retryAfterMs };
  }
  return null;
}

/** `null` where it was allowed. */
async function settle(connections: Connections, asked: Charge): Promise<number | null> {
  if (connections.sessionsAreOurs) {
    const { rows } = await connections.use((session) => session.send(asked.charge));
    if (rows.length > 0) return null;
  }
  // A charge that refuses keeps the limit's row locked, so that what is read next is what refused it.
  return transacted(connections, async (session) => {
    const [, charged] = await session.sendAll([connections.begin, asked.charge]);
    const refused = charged?.rows.length === 0;
    const [row] = refused ? (await session.send(asked.retryAfter)).rows : [];
    await session.send('commit');
    return refused ? Number(row?.['retry_after_ms']) : null;
  });
}
