import { requireAddress } from './address.js';
import { type Call, callOf, charge, giveBack } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import { findUserByAddress } from './find-user.js';
import type { UserId } from './ids.js';
import {
  hashPassword,
  passwordRefused,
  presentedPassword,
  requireAcceptable,
  requireSecondFactor,
  shapePassword,
  strengthOf,
} from './new-password.js';
import { audit, endLateSessions, endSessions, newRevokeToken, notice } from './notices.js';
import { countedUser, failuresOf, mootLimits } from './password-failures.js';
import { publicUserWith } from './public-user.js';
import type { PasswordChanged, UpdatePasswordInput } from './pwreset-types.js';
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
  const find = input.userId === undefined ? byAddress(context, call, input.email) : byId(context, call, input.userId);
  const current = presentedPassword(context, input.password, 'password');
  const password = shapePassword(context, call, input.newPassword, 'newPassword');
  const { user } = await verifyPassword(context, call, await find(), current);
  return change(context, call, { user, current, password, factor: input.factor }).catch(async (error: unknown) => {
    // The guess was right; what refused it afterwards was no wrong password.
    await giveBack(context, call, failuresOf(context, call, countedUser(user, user.id)));
    throw error;
  });
}

/** Finds the user once the guess has been charged. */
type Find = () => Promise<User | null>;

function byAddress(context: Context, call: Call, email: string): Find {
  const address = requireAddress(email);
  return async () => {
    await charge(context, call, failuresOf(context, call, { realm: call.realm, address }));
    return findUserByAddress(context, call.realm, address);
  };
}

/** Whoever has the id has a session: the user is read first, so that guesses by id and by address share one budget. */
const byId =
  (context: Context, call: Call, userId: UserId): Find =>
  async () => {
    const user = await context.storage.findUserById(userId);
    await charge(context, call, failuresOf(context, call, countedUser(user, userId)));
    return user;
  };

async function change(
  context: Context,
  call: Call,
  given: {
    readonly user: User;
    readonly current: string;
    readonly password: string;
    readonly factor: string | undefined;
  },
): Promise<PasswordChanged> {
  const { user, current, password, factor } = given;
  if (password === current) throw passwordRefused(context, call, user, ['same_as_before']);
  await requireAcceptable(context, call, password, user);
  await requireSecondFactor(context, call, user, factor);
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
    ...mootLimits(context, call, user).map(({ key }) => clearLimit(key)),
    record(audit(attempt, 'password_updated', user.id, call, now)),
  ]);
  if (result.outcome !== 'applied') {
    const disabled = result.outcome === 'guard_failed' && result.guard === 1;
    throw refuseLogin(context, call, disabled ? 'user_disabled' : 'wrong_password', user);
  }

  context.emit({ type: 'password_updated', userId: user.id, serviceId: call.serviceId, client: call.client });
  context.wake(now);
  const authenticatedAt = await endLateSessions(context, call.flow, user.id, now);
  return { user: publicUserWith(user, hash, now), authenticatedAt, strength, audit: attempt };
}
