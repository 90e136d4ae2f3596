/**
 * Refuses U+0000 in what is written: SQL databases do not store it in text, so a storage that did would promise more than
 * the others keep.
 */
export function refuseNul(written: unknown): void {
  if (typeof written === 'string') {
    if (written.includes('\0')) throw new TypeError('text that is stored must not contain U+0000');
  } else if (typeof written === 'object' && written !== null) {
    for (const value of Object.values(written)) refuseNul(value);
  }
}
