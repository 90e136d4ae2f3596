import type { User } from './entities.js';
import type { PublicUser } from './pwreset-types.js';

/** The user without what must not be handed out. */
export function publicUser({ credential, ...user }: User): PublicUser {
  return { ...user, credentialState: credential.state };
}

/** The user as a new password leaves them. */
export const publicUserWith = (user: User, hash: string, now: number): PublicUser =>
  publicUser({ ...user, passwordRequireUpdate: false, credential: { state: 'usable', stored: hash }, updatedAt: now });
