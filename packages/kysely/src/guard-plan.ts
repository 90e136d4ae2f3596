import type { Guard } from '@pwreset/core';
import { isStorable } from './sql-value.js';
import type { Query } from './statement.js';
import type { Statements } from './statements.js';

/** A guard of the list; `query` answers a row while it holds and is `null` where it cannot hold. */
export interface GuardQuery {
  /** Its place in the list. */
  readonly index: number;
  readonly query: Query | null;
}

/** `null` for text that no row can hold: a guard reads, and what it asks for is then absent. */
export function planGuard({ source, users, tokens, jobs }: Statements, guard: Guard): Query | null {
  switch (guard.type) {
    case 'useToken':
      return isStorable(guard.tokenId) ? tokens.requireOpen({ id: guard.tokenId, now: guard.now }) : null;
    case 'requireCredential': {
      const { userId: id, email } = guard;
      if (!source.ids.known(id) || !isStorable(guard.stored ?? '', email)) return null;
      const stored = guard.stored === null ? null : source.password.stored.toColumn(guard.stored);
      return users.requireCredential({ id, stored, plain: guard.stored, email });
    }
    case 'requireEnabled':
      return source.ids.known(guard.userId) ? users.requireEnabled({ id: guard.userId }) : null;
    case 'holdJob':
      return isStorable(guard.jobId) ? jobs.hold({ id: guard.jobId, attempt: guard.attempt }) : null;
  }
}
