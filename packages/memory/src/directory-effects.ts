import type { DirectoryEffect, NewKey, NewUser, Service, UserPatch } from '@pwreset/core';
import type { Tables } from './tables.js';

/** `false` where the id, the address or the name that a create step wants is taken. */
export function applyDirectoryEffect(tables: Tables, effect: DirectoryEffect): boolean {
  switch (effect.type) {
    case 'createUser':
      return createUser(tables, effect.user);
    case 'createKey':
      return createKey(tables, effect.key);
    case 'createService':
      return createService(tables, effect.service);
    case 'patchUser':
      tables.users.change(effect.userId, { ...namedColumns(effect.patch), updatedAt: effect.now });
      return true;
    case 'deleteUser':
      tables.users.delete(effect.userId);
      return true;
  }
}

function createUser({ users }: Tables, user: NewUser): boolean {
  const taken =
    users.has(user.id) || users.some((other) => other.realm === user.realm && other.address === user.address);
  if (!taken) users.set(user.id, { ...user, updatedAt: user.createdAt });
  return !taken;
}

function createKey({ keys }: Tables, key: NewKey): boolean {
  const taken = keys.has(key.id) || keys.some((other) => other.digest === key.digest);
  if (!taken) keys.set(key.id, key);
  return !taken;
}

function createService({ services }: Tables, service: Service): boolean {
  const taken = services.has(service.id);
  if (!taken) services.set(service.id, service);
  return !taken;
}

/** Nothing but the columns that a patch may name gets through, whatever an object from elsewhere carries. */
function namedColumns({ name, locale, timezone, passwordAllowReset, passwordRequireUpdate }: UserPatch): UserPatch {
  return {
    ...(name !== undefined && { name }),
    ...(locale !== undefined && { locale }),
    ...(timezone !== undefined && { timezone }),
    ...(passwordAllowReset !== undefined && { passwordAllowReset }),
    ...(passwordRequireUpdate !== undefined && { passwordRequireUpdate }),
  };
}
