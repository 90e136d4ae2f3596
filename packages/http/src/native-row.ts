import type { Pwreset } from '@pwreset/core';
import type { Exchange } from './dialect.js';
import { anyone, type CalledBy } from './native-caller.js';
import type { NativeOptions } from './native-options.js';
import { problems } from './problem.js';
import { sampleValues } from './route-docs.js';

/** What most rows have in common. */
export const openRow = (options: NativeOptions) =>
  ({
    method: 'POST',
    caller: anyone(options),
    reads: ['json', 'form'],
    failure: problems({ base: options.problemBase }),
  }) as const;

/** Of a row that only promises. */
export const accepted = { status: 202, answer: () => ({}) } as const;

/** What a flow is told of who calls. */
export const by = ({ caller: { service, limitBy }, client }: Exchange<Pwreset, CalledBy, unknown>) => ({
  service,
  limitBy,
  client,
});

/** What a new password may be refused by, besides what it comes with. */
export const passwordRefusals = [
  'password_refused',
  'second_factor_required',
  'too_many_requests',
  'overloaded',
] as const;

/** What the examples of the reference have in common. */
export const samples = {
  email: 'ann@example.com',
  password: 'correct horse battery',
  newPassword: 'violet teapot on the moon',
  changed: { passwordStrength: 4, authenticatedAt: '2026-01-31T12:00:00.000Z', audit: sampleValues.audit },
} as const;
