import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, renderMail } from '../src/index.js';
import { everyMail, resetMail } from './mails.js';

const fragments = [
  '<a href="http://evil.example">x</a>',
  '<script>alert(1)</script>',
  '<!--',
  ']]>',
  '</title></p><h1>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '&lt;b&gt;',
  '\r\nBcc: eve@evil.example\r\n\r\n',
  '\u2028',
  '\u2029',
  '\u0000',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\udc00',
  'click http://evil.example/now',
  'www.evil.example',
  'evil。example',
  'eve@evil.example',
  '//evil.example',
  'Firefox/1 Windows',
];

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc
    .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 6 })
    .map((parts) => parts.join('')),
  fc.constant('a'.repeat(5000)),
);

const count = (text: string, part: string): number => text.split(part).length - 1;

describe('hostile values', () => {
  it('add no element, attribute, link or line', () => {
    const values = fc.record({
      mail: fc.constantFrom(...everyMail),
      name: hostile,
      service: hostile,
      userAgent: hostile,
      ip: hostile,
      locale: hostile,
      timezone: hostile,
    });
    fc.assert(
      fc.property(values, ({ mail, name, service, userAgent, ip, locale, timezone }) => {
        const harmless = renderMail(mail);
        const { subject, text, html } = renderMail({
          ...mail,
          name,
          locale,
          timezone,
          service: { name: service, url: mail.service.url },
          client: { ip, userAgent },
        });
        // A tag opens with "<" and a quoted attribute ends at its quote (HTML, section 13.2.5): neither may come out of a value.
        for (const mark of ['<', '>', '"', '://']) {
          expect(count(html, mark)).toBeLessThanOrEqual(count(harmless.html, mark));
        }
        expect(html).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
        expect(html.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
        expect(count(text, '\n')).toBeLessThanOrEqual(count(harmless.text, '\n'));
        expect(count(text, '://')).toBe(count(harmless.text, '://'));
        expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(subject).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(subject.length).toBeLessThanOrEqual(200);
        expect(text.length).toBeLessThan(harmless.text.length + 1000);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'click http://evil.example',
    'evil.example',
    'www.evil.example/x',
    'eve@evil.example',
    'mailto:eve',
    'evil。example',
    'Call 0800 123 4567 now',
  ])('greet nobody who is called %j', (name) => {
    const { text, html } = renderMail({ ...resetMail, name });
    expect(text).toMatch(/^Hello,\n/);
    expect(html).toContain('<p>Hello,</p>');
  });

  it.each(['Ann', "Seán O'Hara", 'Dr. Ann B. Example', 'نیلوفر می‌خواهد', '李小龍', '👩‍👩‍👧', 'Ann & Bob'])(
    'greet %s by name',
    (name) => {
      expect(renderMail({ ...resetMail, name }).text).toContain(`Hello ${name},\n`);
    },
  );

  it('keep the name of a service that looks like a link readable, and no link', () => {
    const { text } = renderMail({ ...resetMail, service: { name: 'Acme.example', url: 'https://acme.example' } });
    expect(text.replaceAll('\u2060', '')).toContain('your Acme.example account');
    expect(text).not.toContain('Acme.example');
    expect(renderMail(resetMail).text).not.toContain('\u2060');
  });

  it('show nothing of a user agent but names of a closed list, or one word', () => {
    const device = (userAgent: string): string | undefined =>
      /^Device: (.*)$/m.exec(renderMail({ ...resetMail, client: { ip: null, userAgent } }).text)?.[1];
    expect(device('Your account is at risk, call us: Chrome/1 Windows')).toBe('Chrome, Windows');
    expect(device('Visit evil.example/now')).toBeUndefined();
    expect(device('curl/8.15.0')).toBe('curl');
    expect(device(`${'x'.repeat(31)}/1`)).toBeUndefined();
    expect(
      device(
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
      ),
    ).toBe('Edge, Windows');
    expect(
      device(
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/604.1',
      ),
    ).toBe('Safari, iPhone');
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['bad.cafe', undefined],
    ['192.0.2.7, evil.example', undefined],
    ['1:2', undefined],
    ['unknown', undefined],
  ])('show the address %s as %s', (ip, shown) => {
    const { text } = renderMail({ ...resetMail, client: { ip, userAgent: null } });
    expect(/^IP address: (.*)$/m.exec(text)?.[1]).toBe(shown);
  });

  it('are cut without splitting a character', () => {
    expect(cleanText('  Ann\r\n\u202e Example ', 60)).toBe('Ann Example');
    expect(cleanText('🔑'.repeat(60), 60)).toBe('🔑'.repeat(60));
    expect(cleanText('🔑'.repeat(61), 60)).toBe(`${'🔑'.repeat(59)}…`);
    expect(cleanText(`${'🔑'.repeat(8)}x`, 2).isWellFormed()).toBe(true);
  });
});
