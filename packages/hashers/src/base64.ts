/** Base64 of RFC 4648 section 4 without padding, as PHC strings carry it. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, '');
}

/**
 * The bytes of `text`, or `null` where it is not exactly what {@link encodeBase64} writes: padding, foreign characters and
 * stray trailing bits (RFC 4648 section 3.5) would give one hash several texts.
 */
export function decodeBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]+$/.test(text) || text.length % 4 === 1) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return encodeBase64(bytes) === text ? bytes : null;
}
