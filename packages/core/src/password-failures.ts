import { comparableAddress } from './address.js';
import type { Call } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import type { ComparableAddress, Realm, UserId } from './ids.js';
import { loginFailures } from './limit-rules.js';
import type { Limit } from './limits.js';

/** Whose failures are counted, as the caller named the user. */
export type CountedUser = { readonly realm: Realm; readonly address: ComparableAddress } | { readonly userId: UserId };

/** What a wrong password of this call charges. */
export function failuresOf(context: Context, call: Call, user: CountedUser): readonly Limit[] {
  const who = 'userId' in user ? ['id', user.userId] : ['address', user.realm, user.address];
  return loginFailures(context.settings.limits, who, call.countedIp, call.startedAt);
}

/** Everything that wrong passwords for this user, however named, have charged; a new password makes it all moot. */
export function passwordFailures(context: Context, call: Call, user: User): readonly Limit[] {
  const address = comparableAddress(user.email);
  const byAddress = address === null ? [] : failuresOf(context, call, { realm: user.realm, address });
  return [...byAddress, ...failuresOf(context, call, { userId: user.id })];
}
