/** From the most specific to what everybody else claims to be. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const found = (names: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  names.find(([pattern]) => pattern.test(text))?.[1];

/**
 * A user agent in words that a person knows: browser and system, or else the first product's name (RFC 9110, section 10.1.5).
 * Whoever asks for a reset chooses this header, and the mail goes to somebody else: so nothing of it is shown as it came, but for a
 * single word that is followed by a version.
 */
export function shownDevice(userAgent: string | null): string | null {
  const text = (userAgent ?? '').slice(0, 500);
  const names = [found(browsers, text), found(systems, text)].filter((name) => name !== undefined);
  if (names.length > 0) return names.join(', ');
  return /^([A-Za-z][A-Za-z-]{0,29})\/\d/.exec(text)?.[1] ?? null;
}

/** An IPv4 or IPv6 address, without its zone; `null` for anything else, since it may come from a forwarding header. */
export function shownIp(ip: string | null): string | null {
  const [address = ''] = (ip ?? '').split('%', 1);
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return address;
  return /^[\da-f:.]{2,45}$/i.test(address) && URL.canParse(`http://[${address}]/`) ? address : null;
}
