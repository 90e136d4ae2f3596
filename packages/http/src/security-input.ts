import * as z from 'zod';

/** The original takes 4 to 255 characters; no address has more than 254 (RFC 5321, section 4.5.3.1). */
const email = z.string().min(4).max(254);
/** What a password may be, the policy decides. */
const password = z.string().min(1);
const token = z.string().min(1).max(1_000);
const factor = z.string().max(1_000).nullish();

export const resetRequest = z.object({ email });
export const resetConfirmation = z.object({ token, password, factor });
export const revocation = z.object({ token });
