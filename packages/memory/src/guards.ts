import type { Guard } from '@pwreset/core';
import { isOpen, type Tables } from './tables.js';

/** Whether a guard holds on the rows as they are now. */
export function holds(tables: Tables, guard: Guard): boolean {
  switch (guard.type) {
    case 'useToken': {
      const token = tables.tokens.get(guard.tokenId);
      return token !== undefined && isOpen(token) && guard.now < token.expiresAt;
    }
    case 'requireCredential': {
      const user = tables.users.get(guard.userId);
      return user !== undefined && user.stored === guard.stored && user.email === guard.email;
    }
    case 'requireEnabled':
      return tables.users.get(guard.userId)?.enabled === true;
    case 'holdJob': {
      const job = tables.jobs.get(guard.jobId);
      // A job that was given back has no lease: it is in nobody's hands, whatever its attempt number says.
      return job?.state === 'pending' && job.leaseUntil !== null && job.attempt === guard.attempt;
    }
  }
}
