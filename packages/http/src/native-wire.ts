import {
  type BeginRefusal,
  type CheckTokenResult,
  type PasswordChanged,
  type ProfileResetBegun,
  tokenPurposes,
} from '@pwreset/core';
import * as z from 'zod';

const time = (at: number): string => new Date(at).toISOString();

/** What was changed and when; nothing of whose password it was, and no session. */
export const changedJson = ({ strength, authenticatedAt, audit }: PasswordChanged) => ({
  passwordStrength: strength,
  authenticatedAt: time(authenticatedAt),
  audit,
});

export const checkJson = (result: CheckTokenResult) =>
  result.valid ? { valid: true, purpose: result.purpose, expiresAt: time(result.expiresAt) } : { valid: false };

export const begunJson = ({ user, begun, reason }: ProfileResetBegun) => ({ begun, reason, userId: user.id });

/** Those of a user and a service that are there. */
const beginRefusals = [
  'user_disabled',
  'reset_not_allowed',
  'no_local_password',
] as const satisfies readonly BeginRefusal[];

export const emptyShape = z.object({});

export const changedShape = z.object({
  passwordStrength: z
    .literal([0, 1, 2, 3, 4])
    .nullable()
    .describe('0, weak, to 4, strong; null where no estimator is configured. It never refuses a password.'),
  authenticatedAt: z.iso.datetime().describe('Sessions that began before it were ended.'),
  audit: z.uuid().describe('The id of the audit row.'),
});

export const checkShape = z.discriminatedUnion('valid', [
  z.object({ valid: z.literal(true), purpose: z.enum(tokenPurposes), expiresAt: z.iso.datetime() }),
  z.object({ valid: z.literal(false) }),
]);

export const begunShape = z.object({
  begun: z.boolean().describe('Whether a mail is on its way.'),
  reason: z.enum(beginRefusals).nullable().describe('Why none is; null where one is.'),
  userId: z.string(),
});

export const revokedShape = z.object({ audit: z.uuid().describe('The id of the audit row.') });
