import { requireAddress } from './address.js';
import { type Call, callOf, charge } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import { findUserByAddress } from './find-user.js';
import {
  hashPassword,
  passwordRefused,
  presentedPassword,
  requireAcceptable,
  requireSecondFactor,
  shapePassword,
  strengthOf,
} from './new-password.js';
import { audit, endSessions, newRevokeToken, notice } from './notices.js';
import { type CountedUser, failuresOf, passwordFailures } from './password-failures.js';
import { publicUser } from './public-user.js';
import type { PasswordChanged, UpdatePasswordInput, UserSelector } from './pwreset-types.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import {
  clearLimit,
  closeTokens,
  enqueue,
  issueToken,
  record,
  requireCredential,
  requireEnabled,
  setPassword,
} from './steps.js';
import { refuseLogin, verifyPassword } from './verify-password.js';

/** Changes a password by the current one. Wrong ones are counted like those of a login; an unknown address costs a verify. */
export async function updatePassword(context: Context, input: UpdatePasswordInput): Promise<PasswordChanged> {
  const call = callOf(context, 'update_password', input);
  const { counted, read } = selectUser(context, call, input);
  const current = presentedPassword(context, input.password, 'password');
  const password = shapePassword(context, call, input.newPassword, 'newPassword');
  await charge(context, call, failuresOf(context, call, counted));

  const { user } = await verifyPassword(context, call, await read(), current);
  if (password === current) throw passwordRefused(context, call, user, ['same_as_before']);
  await requireAcceptable(context, call, password, user);
  await requireSecondFactor(context, call, user, input.factor);
  const strength = strengthOf(context, password);
  const hash = await hashPassword(context, password);

  const now = context.clock.now();
  const attempt = newAttempt(context);
  const revokeToken = newRevokeToken(context, call, user, now);
  const result = await commitSettled(context, call.flow, attempt, [
    requireCredential(user),
    requireEnabled(user.id),
    setPassword(user.id, hash, now),
    closeTokens(user.id, ['reset', 'reset_code'], now),
    issueToken(revokeToken),
    enqueue(notice(context, call, { mail: 'update_notice', user, to: user.email, token: revokeToken, now })),
    ...endSessions(context, user.id, now).map(enqueue),
    ...passwordFailures(context, call, user).map(({ key }) => clearLimit(key)),
    record(audit(attempt, 'password_updated', user.id, call, now)),
  ]);
  if (result.outcome !== 'applied') {
    const disabled = result.outcome === 'guard_failed' && result.guard === 1;
    throw refuseLogin(context, call, disabled ? 'user_disabled' : 'wrong_password', user);
  }

  context.emit({ type: 'password_updated', userId: user.id, serviceId: call.serviceId, client: call.client });
  context.wake(now);
  const changed = {
    ...user,
    passwordRequireUpdate: false,
    credential: { state: 'usable', stored: hash },
    updatedAt: now,
  } as const;
  return { user: publicUser(changed), authenticatedAt: now, strength, audit: attempt };
}

/** By address or by id; what is counted, and how the user is read afterwards. */
function selectUser(
  context: Context,
  call: Call,
  selector: UserSelector,
): { readonly counted: CountedUser; readonly read: () => Promise<User | null> } {
  const { userId } = selector;
  if (userId !== undefined) {
    return { counted: { userId }, read: () => context.storage.findUserById(userId) };
  }
  const address = requireAddress(selector.email);
  return {
    counted: { realm: call.realm, address },
    read: () => findUserByAddress(context, call.realm, address),
  };
}
