import { requireAddress } from './address.js';
import { type Call, callOf } from './call.js';
import type { Context } from './context.js';
import { tokenPurposes, type User } from './entities.js';
import { PwresetError } from './errors.js';
import { userId } from './ids.js';
import { hashPassword, requireAcceptable, shapePassword, strengthOf } from './new-password.js';
import { audit, endSessions } from './notices.js';
import { publicUser } from './public-user.js';
import type { CreateUserInput, DirectoryUsers, PatchUserInput } from './pwreset-types.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import {
  closeTokens,
  createUser,
  deleteUser,
  type Effect,
  enableUser,
  enqueue,
  type NewUser,
  patchUser,
  record,
  revokeKeys,
  type UserPatch,
} from './steps.js';
import { checkLocale, checkName, checkTimezone } from './user-fields.js';
import { changeUser, disabling, existingUser, users } from './users.js';
import { uuid } from './uuid.js';

/** Users of an application that keeps none itself. */
export function directoryUsers(context: Context): DirectoryUsers {
  return {
    ...users(context),
    create: (input) => create(context, input),
    async patch(id, input) {
      const patch = patchOf(input);
      await changeUser(context, id, input, 'user_patched', (now): readonly Effect[] => [
        ...(Object.keys(patch).length > 0 ? [patchUser(id, patch, now)] : []),
        ...(input.enabled === true ? [enableUser(id, now)] : []),
        ...(input.enabled === false ? disabling(context, id, now) : []),
      ]);
      return publicUser(await existingUser(context, id));
    },
    async requirePasswordUpdate(id, input) {
      const patch = { passwordRequireUpdate: true };
      await changeUser(context, id, input, 'password_update_required', (now) => [patchUser(id, patch, now)]);
      return publicUser(await existingUser(context, id));
    },
    async delete(id, input) {
      await changeUser(context, id, input, 'user_deleted', (now) => [
        closeTokens(id, tokenPurposes, now),
        revokeKeys(id, now),
        ...endSessions(context, id, now).map(enqueue),
        deleteUser(id),
      ]);
    },
  };
}

/** The columns that the caller named, checked. */
function patchOf(input: PatchUserInput): UserPatch {
  const { name, locale, timezone, passwordAllowReset, passwordRequireUpdate } = input;
  return {
    ...(name === undefined ? {} : { name: checkName(name) }),
    ...(locale === undefined ? {} : { locale: checkLocale(locale) }),
    ...(timezone === undefined ? {} : { timezone: checkTimezone(timezone) }),
    ...(passwordAllowReset === undefined ? {} : { passwordAllowReset }),
    ...(passwordRequireUpdate === undefined ? {} : { passwordRequireUpdate }),
  };
}

async function create(
  context: Context,
  input: CreateUserInput,
): Promise<Awaited<ReturnType<DirectoryUsers['create']>>> {
  const call = callOf(context, 'manage', input);
  const now = context.clock.now();
  const fields = newUserFields(context, call, input, now);
  const password = input.password === undefined ? null : shapePassword(context, call, input.password, 'password');
  if (password !== null) await requireAcceptable(context, call, password, asUser(fields));
  const stored = password === null ? null : await hashPassword(context, password);

  const attempt = newAttempt(context);
  const result = await commitSettled(context, call.flow, attempt, [
    createUser({ ...fields, stored }),
    record(audit(attempt, 'user_created', fields.id, call, now)),
  ]);
  if (result.outcome !== 'applied') throw new PwresetError('email_taken', 'another user has this address');
  context.emit({ type: 'user_changed', userId: fields.id });
  const user = publicUser(await existingUser(context, fields.id));
  return { user, strength: password === null ? null : strengthOf(context, password) };
}

/** The user as the policy sees them, before there is one. */
const asUser = ({ address: _, ...fields }: Omit<NewUser, 'stored'>): User => ({
  ...fields,
  credential: { state: 'none', stored: null },
  updatedAt: fields.createdAt,
});

function newUserFields(context: Context, call: Call, input: CreateUserInput, now: number): Omit<NewUser, 'stored'> {
  const local = input.password !== undefined;
  return {
    id: userId(uuid(context.random)),
    realm: call.realm,
    email: input.email,
    address: requireAddress(input.email),
    name: checkName(input.name ?? ''),
    locale: checkLocale(input.locale ?? 'en'),
    timezone: checkTimezone(input.timezone ?? 'Etc/UTC'),
    enabled: input.enabled ?? true,
    passwordAllowReset: local && (input.passwordAllowReset ?? true),
    passwordRequireUpdate: local && (input.passwordRequireUpdate ?? false),
    createdAt: now,
  };
}
