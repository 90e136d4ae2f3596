/** Control, format, private-use and unassigned characters and separators; the two joiners that Persian, Indic scripts and emoji need stay. */
const unprintable = /[[\p{C}\p{Z}]--[\u200c\u200d]]+/gv;

/** What a mail client may turn into a link, or into a number to call. */
const linkLike = /[/\\@:]|[\p{L}\p{N}-][.。．｡][\p{L}\p{N}]|(?:\p{Nd}\P{Nd}*){7}/u;

const linkMark = /(?<=\S)[./\\@:。．｡](?=\S)/gu;
const wordJoiner = '\u2060';

/** Unicode code points of a name that a mail shows. */
const maxNameLength = 60;

/**
 * A value in a form that cannot break a line, reorder what stands around it or hide anything: everything that is not printed
 * becomes one space (among it CR, LF, NUL and the bidirectional controls of UAX #9), and `maxLength` Unicode code points are kept.
 *
 * @example
 * ```ts
 * import { cleanText } from '@pwreset/templates';
 *
 * cleanText('Acme\r\nBcc: eve@example.com', 10); // 'Acme Bcc:…'
 * ```
 */
export function cleanText(value: string, maxLength: number): string {
  // Cut twice, so that a megabyte of name costs nothing: code units first, code points after.
  const points = [
    ...value
      .slice(0, maxLength * 8)
      .replace(unprintable, ' ')
      .trim(),
  ];
  if (points.length <= maxLength) return points.join('');
  return `${points
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
}

/** The name to greet; `null` for none, and for one that a mail client would make a link of: it is left out rather than shown. */
export function shownName(name: string): string | null {
  const text = cleanText(name, maxNameLength);
  return text === '' || linkLike.test(text) ? null : text;
}

/**
 * The name of a service, which may well be `Example.com`: a word joiner after every mark that makes a link keeps it readable and
 * no link.
 */
export const shownService = (name: string): string =>
  cleanText(name, maxNameLength).replace(linkMark, (mark) => mark + wordJoiner);
