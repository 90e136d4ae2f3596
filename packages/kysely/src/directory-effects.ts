import type { NewKey, NewUser, Service, UserId, UserPatch } from '@pwreset/core';
import type { Query } from './statement.js';
import type { Statements } from './statements.js';
import type { PatchColumn } from './user-statements.js';

const integer = (flag: boolean): number => (flag ? 1 : 0);

export const createUser = ({ users }: Statements, user: NewUser): Query =>
  users.create({
    id: user.id,
    realm: user.realm,
    email: user.email,
    address: user.address,
    enabled: integer(user.enabled),
    name: user.name,
    locale: user.locale,
    timezone: user.timezone,
    password: user.stored,
    password_allow_reset: integer(user.passwordAllowReset),
    password_require_update: integer(user.passwordRequireUpdate),
    created_at: user.createdAt,
    updated_at: user.createdAt,
  });

/** Nothing but the columns that a patch may name gets through, whatever an object from elsewhere carries. */
export function patchUser({ users }: Statements, id: UserId, patch: UserPatch, now: number): Query {
  const { name, locale, timezone, passwordAllowReset, passwordRequireUpdate } = patch;
  const named: PatchColumn[] = [];
  if (name !== undefined) named.push('name');
  if (locale !== undefined) named.push('locale');
  if (timezone !== undefined) named.push('timezone');
  if (passwordAllowReset !== undefined) named.push('password_allow_reset');
  if (passwordRequireUpdate !== undefined) named.push('password_require_update');
  return users.patch(
    {
      id,
      updated_at: now,
      name: name ?? '',
      locale: locale ?? '',
      timezone: timezone ?? '',
      password_allow_reset: integer(passwordAllowReset ?? false),
      password_require_update: integer(passwordRequireUpdate ?? false),
    },
    named,
  );
}

export const createKey = ({ keys }: Statements, key: NewKey): Query =>
  keys.create({
    id: key.id,
    digest: key.digest,
    type: key.type,
    name: key.name,
    service_id: key.serviceId,
    user_id: key.userId,
    enabled: integer(key.enabled),
    revoked: integer(key.revoked),
    created_at: key.createdAt,
    updated_at: key.updatedAt,
  });

export const createService = ({ services }: Statements, service: Service): Query =>
  services.create({
    id: service.id,
    name: service.name,
    url: service.url,
    reset_link: service.links.reset,
    reset_notice_link: service.links.resetNotice,
    update_notice_link: service.links.updateNotice,
    email_change_notice_link: service.links.emailChangeNotice,
    enabled: integer(service.enabled),
    created_at: service.createdAt,
    updated_at: service.updatedAt,
  });
