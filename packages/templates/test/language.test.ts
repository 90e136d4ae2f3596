import { describe, expect, it } from 'vitest';
import { type Catalogue, english, mailRenderer, renderMail } from '../src/index.js';
import { resetMail, revokeNotice } from './mails.js';

const language = (lang: string, dir: Catalogue['dir'] = 'ltr'): Catalogue => ({
  ...english,
  lang,
  dir,
  greeting: (name) => `${lang}: ${name ?? ''}`,
});

const render = mailRenderer([language('de'), language('zh-Hant'), language('zh'), language('he', 'rtl')]);

const when = (text: string): string | undefined => /^When: (.*)$/m.exec(text)?.[1];

describe('mailRenderer', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE-at', 'de'],
    ['de_CH', 'de'],
    ['zh-Hant-TW', 'zh-Hant'],
    ['zh-CN', 'zh'],
    ['den', 'en'],
    ['fr', 'en'],
    ['en-GB', 'en'],
    ['', 'en'],
    ['not a locale', 'en'],
    ['C', 'en'],
  ])('chooses for the locale %j the language %s', (locale, lang) => {
    const rendered = render({ ...resetMail, locale });
    expect(rendered.lang).toBe(lang);
    expect(rendered.html).toContain(`<html lang="${lang}" dir="ltr">`);
    expect(rendered.text).toMatch(lang === 'en' ? /^Hello / : new RegExp(`^${lang}: `));
  });

  it('writes from right to left where the language does', () => {
    const { html } = render({ ...revokeNotice, locale: 'he-IL' });
    expect(html).toContain('<html lang="he" dir="rtl">');
    expect(html).toContain('<div lang="he" dir="rtl"');
  });

  it('lets a catalogue of the application replace the English one', () => {
    expect(mailRenderer([language('en')])({ ...resetMail, locale: 'en-GB' }).text).toMatch(/^en: Ann/);
  });

  it("writes times in the user's time zone and in the locale's own way", () => {
    const time = (locale: string, timezone: string) => when(render({ ...resetMail, locale, timezone }).text);
    expect(time('en-US', 'America/New_York')).toBe('March 14, 2026 at 5:26 AM EDT');
    expect(time('en-GB', 'Europe/London')).toBe('14 March 2026 at 09:26 GMT');
    expect(time('de-DE', 'Europe/Berlin')).toBe('14. März 2026 um 10:26 MEZ');
  });

  it('writes times as English does where the mail is in English for want of the language', () => {
    expect(when(renderMail({ ...resetMail, locale: 'de-DE', timezone: 'Europe/Berlin' }).text)).toBe(
      'March 14, 2026 at 10:26 AM GMT+1',
    );
  });

  it.each(['', 'Mars/Olympus', 'not a zone', '\u0000'])('writes times in UTC for the time zone %j', (timezone) => {
    expect(when(renderMail({ ...resetMail, timezone }).text)).toBe('March 14, 2026 at 9:26 AM UTC');
  });
});
