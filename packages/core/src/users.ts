import { callOf } from './call.js';
import type { Context } from './context.js';
import { type AuditEvent, tokenPurposes, type User } from './entities.js';
import { PwresetError } from './errors.js';
import type { UserId } from './ids.js';
import { audit, endLateSessions, endSessions } from './notices.js';
import { publicUser } from './public-user.js';
import type { FlowInput, PublicUser, Users } from './pwreset-types.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import {
  closeTokens,
  disableUser,
  type Effect,
  enableUser,
  enqueue,
  invalidatePassword,
  record,
  revokeKeys,
} from './steps.js';

export const userNotFound = (): PwresetError<'user_not_found'> =>
  new PwresetError('user_not_found', 'there is no user with this id');

export async function existingUser(context: Context, id: UserId): Promise<User> {
  const user = await context.storage.findUserById(id);
  if (user === null) throw userNotFound();
  return user;
}

/** What comes with disabling: nothing that was mailed for a reset works, nobody stays signed in (ASVS 5.0, V7.4.2). */
export const disabling = (context: Context, id: UserId, now: number): readonly Effect[] => [
  disableUser(id, now),
  closeTokens(id, ['reset', 'reset_code'], now),
  ...endSessions(context, id, now).map(enqueue),
];

/** Commits a change of one user by a service, with its audit row. */
export async function changeUser(
  context: Context,
  id: UserId,
  input: FlowInput | undefined,
  event: AuditEvent,
  effects: (now: number) => readonly Effect[],
): Promise<void> {
  const call = callOf(context, 'manage', input ?? {});
  await existingUser(context, id);
  const now = context.clock.now();
  const attempt = newAttempt(context);
  const all = effects(now);
  await commitSettled(context, call.flow, attempt, [...all, record(audit(attempt, event, id, call, now))]);
  context.emit({ type: 'user_changed', userId: id });
  context.wake(now);
  if (all.some((effect) => effect.type === 'enqueue')) await endLateSessions(context, call.flow, id, now);
}

/** What a service may do to a user of any storage. */
export function users(context: Context): Users {
  const changed = async (id: UserId): Promise<PublicUser> => publicUser(await existingUser(context, id));
  return {
    async get(id) {
      const user = await context.storage.findUserById(id);
      return user === null ? null : publicUser(user);
    },
    async enable(id, input) {
      await changeUser(context, id, input, 'user_enabled', (now) => [enableUser(id, now)]);
      return changed(id);
    },
    async disable(id, input) {
      await changeUser(context, id, input, 'user_disabled', (now) => disabling(context, id, now));
      return changed(id);
    },
    async invalidatePassword(id, input) {
      await changeUser(context, id, input, 'password_invalidated', (now) => [
        invalidatePassword(id, now),
        closeTokens(id, ['reset', 'reset_code'], now),
        ...endSessions(context, id, now).map(enqueue),
      ]);
      return changed(id);
    },
    async forget(id, input) {
      await changeUser(context, id, input, 'user_forgotten', (now) => [
        closeTokens(id, tokenPurposes, now),
        revokeKeys(id, now),
        ...endSessions(context, id, now).map(enqueue),
      ]);
    },
  };
}
