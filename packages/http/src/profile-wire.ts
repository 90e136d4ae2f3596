import { defaultRealm, type PublicUser } from '@pwreset/core';
import * as z from 'zod';
import type { WantedAttributes } from './profile-input.js';
import type { ProfileDescription } from './profile-options.js';

/** A profile, of these fields and no other; nothing that an application says of a user can add one. */
export function profileJson(user: PublicUser, description: ProfileDescription, wanted: WantedAttributes) {
  const { attributes = {} } = description;
  const shown = Object.entries(attributes).filter(([name]) => wanted?.has(name) ?? true);
  return {
    username: description.username ?? user.email,
    email: user.email,
    verified: description.verified ?? false,
    enabled: user.enabled,
    createdOn: user.createdAt,
    lastModified: user.updatedAt,
    tenant: description.tenant ?? (user.realm === defaultRealm ? 'default' : user.realm),
    roles: description.roles ?? [],
    attributes: Object.fromEntries(shown),
    id: user.id,
  };
}

const time = z.int().nullable().describe('Epoch milliseconds; null where the application does not know.');

export const profileShape = z.object({
  username: z.string(),
  email: z.string(),
  verified: z.boolean(),
  enabled: z.boolean(),
  createdOn: time,
  lastModified: time,
  tenant: z.string(),
  roles: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
  id: z.string(),
});
