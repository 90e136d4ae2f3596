import { comparableAddress } from './address.js';
import type { Call } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import { codeGuesses } from './limit-rules.js';
import type { Limit } from './limits.js';

/**
 * The wrong codes in a row for this user's address, which a reset by a link ends (P8). The budget of the last minutes stays: that it
 * came back would tell a stranger who had used it up that somebody has this address.
 */
export function codeFailures(context: Context, call: Call, user: User): readonly Limit[] {
  const address = comparableAddress(user.email);
  if (address === null) return [];
  const [, failures] = codeGuesses(context.settings.limits, { realm: user.realm, address }, call.startedAt);
  return [failures];
}
