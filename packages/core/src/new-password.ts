import type { Call } from './call.js';
import { limitReached } from './call.js';
import type { Context } from './context.js';
import type { User } from './entities.js';
import { InvalidInput, Overloaded, PasswordRefused, PwresetError } from './errors.js';
import { describeFault } from './fault.js';
import { secondFactorByUser } from './limit-rules.js';
import { contextWords, isContextWord, normalizePassword, requirePassword } from './password-policy.js';
import type { Strength } from './pwreset-types.js';
import { requireService } from './service-finder.js';
import { clearLimit } from './steps.js';

/** What does not depend on the user, before any look-up or hash (P10). The password in NFC. @throws {@link PasswordRefused} */
export function shapePassword(context: Context, call: Call, password: unknown, field: string): string {
  if (typeof password !== 'string' || password === '') throw new InvalidInput(field, 'missing');
  try {
    return requirePassword(password, context.settings.passwordRules);
  } catch (error) {
    if (error instanceof PasswordRefused) passwordRefused(context, call, null, error.reasons);
    throw error;
  }
}

/** A password to be verified, in NFC; only its size and its encoding are checked. @throws {@link InvalidInput} */
export function presentedPassword(context: Context, password: unknown, field: string): string {
  if (typeof password !== 'string' || password === '') throw new InvalidInput(field, 'missing');
  const { maxBytes } = context.settings.passwordRules;
  if (password.length > maxBytes) throw new InvalidInput(field, 'too_long');
  if (!password.isWellFormed()) throw new InvalidInput(field, 'malformed');
  const normalized = normalizePassword(password);
  if (new TextEncoder().encode(normalized).length > maxBytes) throw new InvalidInput(field, 'too_long');
  return normalized;
}

export function passwordRefused(
  context: Context,
  call: Call,
  user: User | null,
  reasons: readonly string[],
): PasswordRefused {
  context.emit({ type: 'password_refused', flow: call.flow, userId: user?.id ?? null, reasons });
  return new PasswordRefused(reasons);
}

/** What depends on the user: context words, then the application's own policy. @throws {@link PasswordRefused} */
export async function requireAcceptable(context: Context, call: Call, password: string, user: User): Promise<void> {
  const service = await requireService(context, call);
  if (isContextWord(password, [...contextWords(user), service.name])) {
    throw passwordRefused(context, call, user, ['context_word']);
  }
  const reasons = (await context.policy?.(password, { user })) ?? [];
  // A policy that answers anything else must not be taken for one that had no objection.
  if (!Array.isArray(reasons)) throw new TypeError('a password policy answers a list of reasons');
  if (reasons.length > 0) throw passwordRefused(context, call, user, reasons);
}

/** @throws {@link PwresetError} `second_factor_required`, {@link TooManyRequests} */
export async function requireSecondFactor(
  context: Context,
  call: Call,
  user: User,
  factor: string | undefined,
): Promise<void> {
  if (context.secondFactor === null) return;
  const limit = secondFactorByUser(context.settings.limits, user.id, context.clock.now());
  const charged = await context.storage.charge([limit]);
  if (charged.outcome === 'limited') throw limitReached(context, call, limit, charged.retryAfterMs);
  const outcome = await context.secondFactor.verify(user, factor, { client: call.client });
  if (outcome === 'passed' || outcome === 'not_required') {
    await context.storage.commit([clearLimit(limit.key)]);
    return;
  }
  context.emit({ type: 'second_factor_refused', flow: call.flow, userId: user.id, outcome });
  throw new PwresetError('second_factor_required', 'a second factor is required');
}

/** Hashes behind the gate. @throws {@link Overloaded} */
export const hashPassword = (context: Context, password: string): Promise<string> =>
  gated(context, 'hash', () => context.hasher.hash(password));

export async function gated<T>(context: Context, gate: 'hash' | 'verify', work: () => Promise<T>): Promise<T> {
  try {
    return await context.gates[gate](work);
  } catch (error) {
    if (error instanceof Overloaded) context.emit({ type: 'overloaded', retryAfterMs: error.retryAfterMs });
    throw error;
  }
}

/** An estimate informs and never refuses, so an estimator that fails has no say. */
export function strengthOf(context: Context, password: string): Strength {
  try {
    return context.strength?.(password) ?? null;
  } catch (error) {
    context.emit({ type: 'strength_failed', fault: describeFault(error) });
    return null;
  }
}
