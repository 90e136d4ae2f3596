import { requireAddress } from './address.js';
import { type Call, callOf, charge } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import { PwresetError } from './errors.js';
import { describeFault } from './fault.js';
import { findUserByAddress } from './find-user.js';
import { hashPassword, presentedPassword, strengthOf } from './new-password.js';
import { audit } from './notices.js';
import { failuresOf } from './password-failures.js';
import { publicUser } from './public-user.js';
import type { LoggedIn, LoginInput } from './pwreset-types.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import { clearLimit, record, rehashPassword, requireCredential, requireEnabled } from './steps.js';
import { refuseLogin, verifyPassword } from './verify-password.js';

/** Checks a password by address. A failure is charged before it is known to be one; a success takes the charge back. */
export async function login(context: Context, input: LoginInput): Promise<LoggedIn> {
  const call = callOf(context, 'login', input);
  const address = requireAddress(input.email);
  const password = presentedPassword(context, input.password, 'password');
  const failures = failuresOf(context, call, { realm: call.realm, address });
  await charge(context, call, failures);

  const authenticatedAt = context.clock.now();
  const found = await findUserByAddress(context, call.realm, address);
  const { user, outdated } = await verifyPassword(context, call, found, password);
  // Whatever changed while the password was verified came first: its sessions have been ended, and this one must not begin.
  const result = await context.storage.commit([
    requireCredential(user),
    requireEnabled(user.id),
    ...failures.map(({ key }) => clearLimit(key)),
  ]);
  if (result.outcome !== 'applied') throw refuseLogin(context, call, 'changed_meanwhile', user);
  if (user.passwordRequireUpdate) {
    refuseLogin(context, call, 'password_update_required', user);
    throw new PwresetError('password_update_required', 'the password has to be changed first');
  }
  if (outdated) await rehash(context, call, user, password);
  context.emit({ type: 'logged_in', userId: user.id, client: call.client });
  return { user: publicUser(user), authenticatedAt, strength: strengthOf(context, password) };
}

/** Stores a stronger form of the same password. It may fail without the login failing. */
async function rehash(context: Context, call: Call, user: User, password: string): Promise<void> {
  try {
    const hash = await hashPassword(context, password);
    const now = context.clock.now();
    const attempt = newAttempt(context);
    await commitSettled(context, call.flow, attempt, [
      requireCredential(user),
      requireEnabled(user.id),
      rehashPassword(user.id, hash, now),
      record(audit(attempt, 'password_rehashed', user.id, call, now)),
    ]);
  } catch (error) {
    context.emit({ type: 'rehash_failed', userId: user.id, fault: describeFault(error) });
  }
}
