/** A token or a quoted string (RFC 9110, section 5.6). */
const parameter = /^\s*([^\s=;"]+)=(?:"([^"\\]*)"|([^\s;"]+))\s*$/;

/** The name, and the other one that is in use (WHATWG Encoding, section 4.2). */
const utf8Labels: ReadonlySet<string> = new Set(['utf-8', 'utf8']);

/** The media type in lower case, or `null` for none and for one whose charset is not UTF-8 (RFC 9110, section 8.3). */
export function utf8MediaType(contentType: string | null): string | null {
  const [type = '', ...parameters] = (contentType ?? '').split(';');
  for (const text of parameters) {
    if (text.trim() === '') continue;
    const [, name, quoted, plain] = parameter.exec(text) ?? [];
    if (name === undefined) return null;
    if (name.toLowerCase() === 'charset' && !utf8Labels.has((quoted ?? plain ?? '').toLowerCase())) return null;
  }
  const mediaType = type.trim().toLowerCase();
  return mediaType === '' ? null : mediaType;
}
