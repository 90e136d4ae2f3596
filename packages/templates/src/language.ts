import type { Catalogue } from './catalogue.js';
import { cleanText } from './clean.js';
import { english } from './english.js';

/** A language, and the locale in which its times are written. */
export interface Language {
  readonly catalogue: Catalogue;
  readonly timeLocale: string;
}

function canonicalLocale(locale: string): string {
  try {
    // POSIX writes en_GB.
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0] ?? '';
  } catch {
    return '';
  }
}

/**
 * The first catalogue whose language tag is the user's or a prefix of it, the longest first (RFC 4647, section 3.4, "Lookup");
 * else English. Times follow the user's own locale where it is one of the catalogue's language: words of one language and months
 * of another would be read out wrongly.
 */
export function chooseLanguage(locale: string, catalogues: readonly Catalogue[]): Language {
  const own = canonicalLocale(locale);
  for (let range = own; range !== ''; range = range.slice(0, Math.max(range.lastIndexOf('-'), 0))) {
    const catalogue = [...catalogues, english].find(({ lang }) => lang.toLowerCase() === range.toLowerCase());
    if (catalogue !== undefined) return { catalogue, timeLocale: own };
  }
  return { catalogue: english, timeLocale: english.lang };
}

/** A time (epoch milliseconds) in the user's time zone, which is named; in UTC where the zone is unknown. */
export function formatTime(at: number, { timeLocale }: Language, timeZone: string): string {
  return cleanText(dateFormat(timeLocale, timeZone).format(at), 100);
}

function dateFormat(timeLocale: string, timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(timeLocale, {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
      timeZone,
    });
  } catch (error) {
    if (timeZone === 'UTC') throw error;
    return dateFormat(timeLocale, 'UTC');
  }
}
