import { InvalidInput } from './errors.js';

const maxNameLength = 100;

/** A display name: up to 100 code points, one line, well-formed. @throws {@link InvalidInput} */
export function checkName(name: unknown, field = 'name'): string {
  if (typeof name !== 'string') throw new InvalidInput(field, 'missing');
  if (!name.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) throw new InvalidInput(field, 'malformed');
  if ([...name].length > maxNameLength) throw new InvalidInput(field, 'too_long');
  return name;
}

/** A BCP 47 language tag, kept as it was given. @throws {@link InvalidInput} */
export function checkLocale(locale: string): string {
  try {
    if (Intl.getCanonicalLocales(locale).length === 1) return locale;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new InvalidInput('locale', 'malformed');
}

/** An IANA time zone, kept as it was given. @throws {@link InvalidInput} */
export function checkTimezone(timezone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidInput('timezone', 'malformed');
    throw error;
  }
}
