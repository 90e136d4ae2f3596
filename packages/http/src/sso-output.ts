import { keyTypes } from '@pwreset/core';
import * as z from 'zod';

/** RFC 3339; `null` where the application's table does not know. */
const time = z.iso.datetime().nullable();

const user = z.object({
  created_at: time,
  updated_at: time,
  id: z.string(),
  is_enabled: z.boolean(),
  name: z.string(),
  email: z.string(),
  locale: z.string(),
  timezone: z.string(),
  password_allow_reset: z.boolean(),
  password_require_update: z.boolean(),
});

const key = z.object({
  created_at: time,
  updated_at: time,
  id: z.string(),
  is_enabled: z.boolean(),
  is_revoked: z.boolean(),
  type: z.enum(keyTypes),
  name: z.string(),
  service_id: z.string(),
  user_id: z.string().nullable(),
});

/** Without an estimator there is no strength. */
const meta = z.object({ password_strength: z.int().min(0).max(4).optional() });

/** `token_expires` is seconds since the epoch, an int64 as text. */
const sessionToken = z.object({ token: z.string(), token_expires: z.string().regex(/^\d+$/) });

export const userAnswer = z.object({ data: user });
export const createdUserAnswer = z.object({ meta, data: user });
export const keyAnswer = z.object({ data: key });
export const createdKeyAnswer = z.object({ data: z.object({ key, value: z.string() }) });
export const verifiedKeyAnswer = z.object({ user, key });
export const loginAnswer = z.object({
  meta,
  user,
  access: sessionToken.optional(),
  refresh: sessionToken.optional(),
});
export const emptyAnswer = z.object({});
export const metaAnswer = z.object({ meta });
export const revokeAnswer = z.object({ audit: z.uuid().optional() });

export const ssoError = z.object({
  error: z.string(),
  code: z.int(),
  message: z.string(),
  details: z
    .array(
      z.object({
        '@type': z.literal('type.googleapis.com/google.rpc.BadRequest'),
        field_violations: z.array(z.object({ field: z.string(), description: z.string() })),
      }),
    )
    .optional(),
});
