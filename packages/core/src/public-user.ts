import type { User } from './entities.js';
import type { PublicUser } from './pwreset-types.js';

/** The user without what must not be handed out. */
export function publicUser({ credential, ...user }: User): PublicUser {
  return { ...user, credentialState: credential.state };
}
