import { comparableAddress } from './address.js';
import type { Call } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import type { ComparableAddress, Realm, UserId } from './ids.js';
import { beginByAddress, loginFailures } from './limit-rules.js';
import type { Limit } from './limits.js';

/** Whose failures are counted: by address, or by id where there is no user with it. */
export type CountedUser = { readonly realm: Realm; readonly address: ComparableAddress } | { readonly userId: UserId };

/** What a wrong password of this call charges. */
export function failuresOf(context: Context, call: Call, user: CountedUser): readonly Limit[] {
  const who = 'userId' in user ? ['id', user.userId] : ['address', user.realm, user.address];
  return loginFailures(context.settings.limits, who, call.countedIp, call.startedAt);
}

export function countedUser(user: User | null, userId: UserId): CountedUser {
  const address = user === null ? null : comparableAddress(user.email);
  return user === null || address === null ? { userId } : { realm: user.realm, address };
}

/** What a new password makes moot: the wrong ones that were counted, and the mails that were asked for. */
export function mootLimits(context: Context, call: Call, user: User): readonly Limit[] {
  const failures = failuresOf(context, call, countedUser(user, user.id));
  const address = comparableAddress(user.email);
  if (address === null) return failures;
  const who = { realm: user.realm, service: call.serviceId, address };
  return [...failures, beginByAddress(context.settings.limits, who, call.startedAt)];
}
