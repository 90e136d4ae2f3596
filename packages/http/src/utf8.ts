import { malformed } from './failure.js';

/** Keeps nothing from one text to the next: each is decoded as a whole. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 without a byte order mark (RFC 8259, section 8.1). @throws {@link RequestRefused} */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw malformed();
    throw error;
  }
}
