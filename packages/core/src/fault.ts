import { maskAddresses } from './address.js';
import { alphabet } from './alphabet.js';
import type { Fault } from './events.js';

const maxMessageLength = 300;
const maxNameLength = 60;
/** A password hash as PHC or crypt strings begin: `$name$`. */
const storedHash = /\$[a-z0-9-]+\$\S+/gi;
const tokenLike = new RegExp(`[${alphabet}]{20,}`, 'gi');

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** An error may be anything that was thrown, an object whose getters throw included. */
function partsOf(error: unknown): { readonly name: string; readonly code: string; readonly message: string } {
  if (typeof error !== 'object' || error === null) return { name: '', code: '', message: text(error) };
  try {
    const { name, code, message }: { name?: unknown; code?: unknown; message?: unknown } = error;
    return { name: text(name), code: text(code), message: text(message) };
  } catch {
    return { name: '', code: '', message: '' };
  }
}

/** Codes, with whatever separators they may have been shown: they are too short to be told from words by their look. */
const withoutCodes = (value: string, codes: readonly string[]): string =>
  codes.reduce((rest, code) => rest.replace(new RegExp([...code].join('[\\s-]?'), 'gi'), '***'), value);

/** Every pattern takes linear time: an error's text may be a megabyte that somebody else sent. */
const masked = (value: string, maxLength: number, codes: readonly string[]): string =>
  withoutCodes(
    maskAddresses(value.replace(/\S+/g, (word) => (word.includes('://') ? '***' : word)))
      .replace(storedHash, '***')
      .replace(tokenLike, '***'),
    codes,
  )
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, maxLength)
    .toWellFormed();

/**
 * An error in words that are safe to log (P12): addresses, URLs, password hashes and anything that looks like a token are
 * masked, and `codes`, which are letters and digits; bounded, one line.
 *
 * @example
 * ```ts
 * import { describeFault } from '@pwreset/core';
 *
 * describeFault(new Error('no mailbox for ann@example.com')); // the message is 'no mailbox for a***@***.com'
 * ```
 */
export function describeFault(error: unknown, codes: readonly string[] = []): Fault {
  const { name, code, message } = partsOf(error);
  return {
    name: masked(name, maxNameLength, codes) || 'Error',
    code: masked(code, maxNameLength, codes) || null,
    message: masked(message, maxMessageLength, codes),
  };
}
