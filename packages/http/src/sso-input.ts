import { keyTypes } from '@pwreset/core';
import * as z from 'zod';

/** In this dialect `null` means the same as leaving a field out, as everywhere in the JSON form of protocol buffers. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.output<Schema> | undefined => value ?? undefined);

/** BCP 47 (RFC 5646). */
function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A name of the IANA database; Intl knows offsets such as `+01:00` too, which are none. */
function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u);
const locale = z.string().min(1).max(10).refine(isLanguageTag);
const timezone = z.string().min(1).max(50).refine(isTimeZone);
/** What an address is, core decides; RFC 5321, section 4.5.3.1, how long one can be. */
const email = z.string().min(1).max(254);
/** What a password may be, the policy decides. */
const password = z.string().min(1);
const token = z.string().min(1).max(1_000);
const factor = optional(z.string().max(1_000));

export const nothing = z.object({});

export const userCreation = z.object({
  name,
  email,
  is_enabled: optional(z.boolean()),
  locale: optional(locale),
  timezone: optional(timezone),
  password: optional(password),
  password_allow_reset: optional(z.boolean()),
  password_require_update: optional(z.boolean()),
});

export const userChange = z.object({
  name: optional(name),
  is_enabled: optional(z.boolean()),
  locale: optional(locale),
  timezone: optional(timezone),
  password_allow_reset: optional(z.boolean()),
  password_require_update: optional(z.boolean()),
});

export const keyCreation = z.object({
  name,
  /** `KEY` is the original's zero, which its clients may leave out. */
  type: optional(z.enum(keyTypes)),
  is_enabled: optional(z.boolean()),
  /** A service makes keys for users only, never a further one for itself. */
  user_id: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u),
});

export const keyCheck = z.object({ key: z.string().min(1).max(1_000) });
export const credentials = z.object({ email, password });
export const resetRequest = z.object({ email });
export const resetConfirmation = z.object({ token, password, factor });
export const passwordUpdate = z.object({ email, password, new_password: password, factor });
export const revocation = z.object({ token, audit: optional(z.string().max(100)) });
