import { maskAddresses } from './address.js';
import { alphabet } from './alphabet.js';
import type { Fault } from './events.js';

const maxMessageLength = 300;
const tokenLike = new RegExp(`[${alphabet}]{20,}`, 'gi');

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** An error in words that are safe to log (P12): addresses and anything that looks like a token are masked, one line. */
export function describeFault(error: unknown): Fault {
  const source: { name?: unknown; code?: unknown; message?: unknown } =
    typeof error === 'object' && error !== null ? error : { message: text(error) };
  const message = maskAddresses(text(source.message))
    .replace(tokenLike, '***')
    .replace(/https?:\/\/\S+/gi, '***')
    .replace(/\p{C}+/gu, ' ')
    .slice(0, maxMessageLength);
  return { name: text(source.name) || 'Error', code: text(source.code) || null, message };
}
