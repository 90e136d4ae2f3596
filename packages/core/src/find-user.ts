import { comparableAddress } from './address.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import type { ComparableAddress, Realm } from './ids.js';

/**
 * The user with this address, compared by ourselves and not by a collation: a row whose stored address differs is absent,
 * and so are two rows that do not (Django's CVE-2019-19844).
 */
export async function findUserByAddress(
  context: Context,
  realm: Realm,
  address: ComparableAddress,
): Promise<User | null> {
  return oneUser(context, await context.storage.findUsersByEmail(realm, address), { realm, address });
}

/**
 * The one of these users who has this address in this realm; `null` for none and for several. What a collation takes for the same
 * realm is another one: limits are counted by the name that was given.
 */
export function oneUser(
  context: Context,
  found: readonly User[],
  { realm, address }: { readonly realm: Realm; readonly address: ComparableAddress },
): User | null {
  const same = found.filter((user) => user.realm === realm && comparableAddress(user.email) === address);
  if (same.length < found.length) {
    const others = found.filter((user) => !same.includes(user));
    context.emit({ type: 'address_differs', userIds: others.map((user) => user.id) });
  }
  if (same.length > 1) {
    context.emit({ type: 'address_ambiguous', userIds: same.map((user) => user.id) });
    return null;
  }
  return same[0] ?? null;
}
