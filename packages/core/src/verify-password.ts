import type { Call } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import { invalidCredentials, type PwresetError } from './errors.js';
import type { LoginRefusal } from './events.js';
import { gated } from './new-password.js';

export function refuseLogin(context: Context, call: Call, reason: LoginRefusal, user: User | null): PwresetError {
  context.emit({ type: 'login_refused', flow: call.flow, reason, userId: user?.id ?? null, client: call.client });
  return invalidCredentials();
}

/**
 * Verifies a password at the same cost whether the user exists or not, and says whether the stored form should be renewed.
 *
 * @throws {@link PwresetError} `invalid_credentials`: unknown or disabled user, no usable password, wrong password
 * @throws {@link Overloaded}
 */
export async function verifyPassword(
  context: Context,
  call: Call,
  user: User | null,
  password: string,
): Promise<{ readonly user: User; readonly outdated: boolean }> {
  const { hasher } = context;
  const stored = user?.credential.state === 'usable' ? user.credential.stored : null;
  let outcome = await gated(context, 'verify', () => hasher.verify(password, stored ?? hasher.dummy));
  if (user !== null && outcome === 'unrecognised') {
    // A stored form that nobody knows must not answer sooner than an absent user does.
    outcome = await gated(context, 'verify', () => hasher.verify(password, hasher.dummy)).then(() => 'unrecognised');
    context.emit({ type: 'credential_unrecognised', userId: user.id });
  }
  if (user === null) throw refuseLogin(context, call, 'unknown_user', null);
  if (stored === null) throw refuseLogin(context, call, 'no_usable_password', user);
  if (outcome !== 'matched' && outcome !== 'outdated') throw refuseLogin(context, call, 'wrong_password', user);
  if (!user.enabled) throw refuseLogin(context, call, 'user_disabled', user);
  return { user, outdated: outcome === 'outdated' };
}
