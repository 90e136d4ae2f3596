import * as z from 'zod';

/** What an address is, core decides; RFC 5321, section 4.5.3.1, how long one can be. */
const email = z.string().min(1).max(254);
/** What a password may be, the policy decides. */
const password = z.string().min(1);
const factor = z.string().max(1_000).nullish();

export const resetRequest = z.object({
  email,
  /** With `{{code}}` where the link's token goes; which URLs there may be, the service's allow-list says. */
  resetPasswordUrl: z.string().min(1).max(2_000),
});

export const resetConfirmation = z.object({
  email,
  /** The code as it was typed, or the token of the link. */
  verificationCode: z.string().min(1).max(1_000),
  newPassword: password,
  factor,
});

export const passwordUpdate = z.object({ currentPassword: password, newPassword: password, factor });
