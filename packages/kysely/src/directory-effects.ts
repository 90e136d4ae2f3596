import type { NewKey, NewUser, Service, UserId, UserPatch } from '@pwreset/core';
import type { OwnUserStatements } from './own-users.js';
import { isStorable } from './sql-value.js';
import type { Query } from './statement.js';
import type { Statements } from './statements.js';
import { patchColumns } from './user-statements.js';

const integer = (flag: boolean): number => (flag ? 1 : 0);

/** @throws {TypeError} where the users are the application's */
function own({ ownUsers, source }: Statements): OwnUserStatements {
  if (ownUsers !== null) return ownUsers;
  throw new TypeError(
    `the users are the application's: it creates and deletes the rows of ${source.mapping.table} itself`,
  );
}

export const createUser = (statements: Statements, user: NewUser): Query =>
  own(statements).create({
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

export const deleteUser = (statements: Statements, id: UserId): Query => own(statements).delete({ id });

/**
 * Nothing but the columns that a patch may name gets through, whatever an object from elsewhere carries; `null` where it
 * names none.
 *
 * @throws {TypeError} for a column that the mapping leaves out
 */
export function patchUser({ users }: Statements, id: UserId, patch: UserPatch, now: number): Query | null {
  const named = patchColumns.filter((column) => patch[column] !== undefined);
  if (named.length === 0) return null;
  return users.patch(named)({
    id,
    now,
    name: patch.name ?? '',
    locale: patch.locale ?? '',
    timezone: patch.timezone ?? '',
    passwordAllowReset: integer(patch.passwordAllowReset ?? false),
    passwordRequireUpdate: integer(patch.passwordRequireUpdate ?? false),
  });
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

export function createService({ services }: Statements, service: Service): Query {
  // JSON would escape what other columns refuse.
  if (!isStorable(...service.resetUrls)) throw new TypeError('reset_urls holds U+0000 or a lone surrogate');
  return services.create({
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
    reset_urls: JSON.stringify(service.resetUrls),
  });
}
