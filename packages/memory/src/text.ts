/**
 * Refuses U+0000 and lone surrogates in what is written: PostgreSQL has no U+0000 in text, and a lone surrogate has no UTF-8
 * form, so a storage that took them would promise more than the others keep.
 */
export function refuseUnstorable(written: unknown): void {
  if (typeof written === 'string') {
    if (written.includes('\0')) throw new TypeError('text that is stored must not contain U+0000');
    if (!written.isWellFormed()) throw new TypeError('text that is stored must not contain a lone surrogate');
  } else if (typeof written === 'object' && written !== null) {
    for (const value of Object.values(written)) refuseUnstorable(value);
  }
}
