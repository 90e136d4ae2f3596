import { comparableAddress } from './address.js';
import type { Call } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import { describeFault } from './fault.js';
import { codeGuesses } from './limit-rules.js';
import type { Limit } from './limits.js';
import { clearLimit } from './steps.js';

/** What codes tried for this user's address were charged; a reset ends the row of wrong ones. */
export function codeLimits(context: Context, call: Call, user: User): readonly Limit[] {
  const address = comparableAddress(user.email);
  if (address === null) return [];
  return codeGuesses(context.settings.limits, { realm: user.realm, address }, call.startedAt);
}

/** Gives back what a right code was charged; a storage that fails at it is an event and stops nobody. */
export async function giveBackGuess(context: Context, call: Call, guesses: readonly Limit[]): Promise<void> {
  try {
    await context.storage.commit(guesses.map(({ key }) => clearLimit(key)));
  } catch (error) {
    context.emit({ type: 'storage_fault', flow: call.flow, fault: describeFault(error) });
  }
}
