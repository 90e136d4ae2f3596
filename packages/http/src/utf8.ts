import { malformed } from './failure.js';

/** UTF-8 without a byte order mark (RFC 8259, section 8.1). @throws {@link RequestRefused} */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw malformed();
    throw error;
  }
}
