import { InvalidInput } from './errors.js';
import type { ComparableAddress } from './ids.js';

/** RFC 5321, section 4.5.3.1: octets of a local part and of a path less its angle brackets. */
const maxLocalOctets = 64;
const maxAddressOctets = 254;

/**
 * RFC 5322 atext and dots, with UTF-8 (RFC 6531): no specials, spaces, controls or unassigned characters. Quoted local parts
 * are refused, no mail system hands them out.
 */
const localPart = /^[^\p{C}\p{Z}"(),.:;<>@[\\\]]+(?:\.[^\p{C}\p{Z}"(),.:;<>@[\\\]]+)*$/u;

const domainLabel = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

const octets = (text: string): number => new TextEncoder().encode(text).length;

const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The domain in its ASCII form (RFC 5890, UTS 46), or `null`. */
function asciiDomain(domain: string): string | null {
  const labels = domain.split('.');
  if (!labels.every((label) => domainLabel.test(label))) return null;
  const { hostname } = URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`) : { hostname: '' };
  // 63 octets a label (RFC 1035, section 2.3.4), which the URL parser does not ask for. What it reads as an IPv4 address, in
  // any of the notations it knows, it writes in decimal (WHATWG URL, section 3.5), and that is no domain.
  if (!/^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/.test(hostname) || /(?:^|\.)[0-9]+$/.test(hostname)) return null;
  return hostname.length <= 253 ? hostname : null;
}

/**
 * Brings an address into the form in which addresses are compared: NFC, ASCII letters in lower case, the domain by IDNA,
 * nothing more. Two addresses that differ in it are two people. `null` for what is no address.
 *
 * Follows RFC 6531 (UTF-8 local parts), RFC 5890 (IDNA) and RFC 5321, section 4.5.3.1 (64 and 254 octets).
 *
 * @example
 * ```ts
 * import { comparableAddress } from '@pwreset/core';
 *
 * comparableAddress('Ann@BÜCHER.example'); // 'ann@xn--bcher-kva.example'
 * comparableAddress('ann@example.com, eve@example.com'); // null
 * ```
 */
export function comparableAddress(email: string): ComparableAddress | null {
  if (email.length > maxAddressOctets || !email.isWellFormed()) return null;
  const text = email.normalize('NFC');
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  if (octets(local) > maxLocalOctets || !localPart.test(local)) return null;
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === null) return null;
  // NFC again: a lower-case letter may compose with a mark that its capital does not (H and U+0331).
  const address = `${lowerAscii(local).normalize('NFC')}@${domain}`;
  return octets(address) <= maxAddressOctets && octets(text) <= maxAddressOctets
    ? (address as ComparableAddress)
    : null;
}

/** The comparable form of what a caller submitted. @throws {@link InvalidInput} */
export function requireAddress(email: unknown, field = 'email'): ComparableAddress {
  if (typeof email !== 'string' || email === '') throw new InvalidInput(field, 'missing');
  const address = comparableAddress(email);
  if (address === null) throw new InvalidInput(field, 'malformed');
  return address;
}

/** Text with every address in it cut to its first letter and its last label, fit for an error or an event; in linear time. */
export const maskAddresses = (text: string): string => text.replace(/[^\s<>"',;:]+/gu, maskAddress);

/** One word without separators, so that no part of a long text is read twice. `%40` is an `@` in a URL. */
function maskAddress(word: string): string {
  const [local = '', ...rest] = word.split(/@|%40/);
  const domain = rest.at(-1);
  if (domain === undefined) return word;
  const first = local.codePointAt(0);
  return `${first === undefined ? '' : String.fromCodePoint(first)}***@***.${domain.slice(domain.lastIndexOf('.') + 1)}`;
}
