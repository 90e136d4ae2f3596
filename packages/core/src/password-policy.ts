import { comparableAddress } from './address.js';
import { PasswordRefused } from './errors.js';

/** Why a password was refused; an application's own policy adds words of its own. */
export const passwordReasons = ['too_short', 'too_long', 'malformed', 'context_word', 'same_as_before'] as const;
export type PasswordReason = (typeof passwordReasons)[number];

export interface PasswordRules {
  /** Code points, after NFC. */
  readonly minLength: number;
  /** Octets of UTF-8, after NFC; checked before anything is hashed. */
  readonly maxBytes: number;
}

/** 8 code points, as NIST SP 800-63B-4 asks where a second factor is used, and 1024 bytes. */
export const defaultPasswordRules: PasswordRules = { minLength: 8, maxBytes: 1024 };

/** 15 code points: NIST SP 800-63B-4 for a password that is the only factor. */
export const nistPasswordRules: PasswordRules = { minLength: 15, maxBytes: 1024 };

/** NFC (RFC 8265, section 4.2), nothing trimmed, cut or folded. Lone surrogates stay and are refused by the rules. */
export const normalizePassword = (password: string): string => password.normalize('NFC');

/** What does not depend on the user, in the order in which it is cheap. */
export function passwordReasonsOf(password: string, rules: PasswordRules): readonly PasswordReason[] {
  // UTF-8 has at least one byte for each UTF-16 unit, so the cheap test spares the costly one.
  if (password.length > rules.maxBytes) return ['too_long'];
  if (!password.isWellFormed()) return ['malformed'];
  if (new TextEncoder().encode(password).length > rules.maxBytes) return ['too_long'];
  return [...password].length < rules.minLength ? ['too_short'] : [];
}

/** Whether the whole password is a word that everyone would try for this user: address, its parts, name, service. */
export function isContextWord(password: string, words: readonly string[]): boolean {
  const folded = password.toLowerCase();
  return words.some((word) => word !== '' && folded === word.normalize('NFC').toLowerCase());
}

/** The context words of a user. */
export function contextWords(user: { readonly email: string; readonly name: string }): readonly string[] {
  const address = comparableAddress(user.email) ?? user.email;
  const at = address.lastIndexOf('@');
  return [user.email, address, address.slice(0, at), address.slice(at + 1), user.name];
}

/** The password in NFC. @throws {@link PasswordRefused} */
export function requirePassword(password: string, rules: PasswordRules): string {
  if (password.length > rules.maxBytes) throw new PasswordRefused(['too_long']);
  const normalized = normalizePassword(password);
  const reasons = passwordReasonsOf(normalized, rules);
  if (reasons.length > 0) throw new PasswordRefused(reasons);
  return normalized;
}
