import * as z from 'zod';

/** What an address is, core decides; RFC 5321, section 4.5.3.1, how long one can be. */
const email = z.string().min(1).max(254);
/** What a password may be, the policy decides. */
const password = z.string().min(1);
const token = z.string().min(1).max(1_000);
/** A code as it was typed, or the token of the link. */
const code = z.string().min(1).max(1_000);
const resetUrl = z.string().min(1).max(2_000).nullish();
const factor = z.string().max(1_000).nullish();

export const nothing = z.object({});
export const mailRequest = z.object({ email, resetUrl });
export const tokenAlone = z.object({ token });
export const tokenConfirmation = z.object({ token, password, factor });
export const codeConfirmation = z.object({ email, code, password, factor });
export const passwordChange = z.object({ email, password, newPassword: password, factor });
/** Of somebody who may be signed in, and then leaves the address out. */
export const ownPasswordChange = passwordChange.extend({ email: email.nullish() });
export const administratorsReset = z.object({ resetUrl });
