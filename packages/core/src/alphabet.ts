/** Crockford's base32 in lower case: no i, l, o or u, so that it survives being read aloud and typed. */
export const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** The first `length` digits of the bytes read as one bit string, five bits a digit. */
export function encodeBase32(bytes: Uint8Array, length: number): string {
  let text = '';
  for (let digit = 0; digit < length; digit += 1) {
    const bit = digit * 5;
    const high = bytes[bit >> 3] ?? 0;
    const low = bytes[(bit >> 3) + 1] ?? 0;
    text += alphabet.charAt((((high << 8) | low) >> (11 - (bit & 7))) & 31);
  }
  return text;
}

/** What a person typed, in the alphabet's own letters: case in ASCII, O for 0 and I or L for 1 are forgiven. */
export const forgive = (text: string): string =>
  text
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
