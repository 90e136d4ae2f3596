import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkResetUrl, fillResetUrl, resolveResetUrl } from '../src/reset-urls.js';
import { anyText } from './fixtures.js';

const strict = { allowInsecureLinks: false };
const insecure = { allowInsecureLinks: true };
const page = 'https://ok.com/forgot?lang=&code={{code}}';
const token = '0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefgh';

const isAllowed = (entries: readonly string[], url: string): boolean => resolveResetUrl(entries, url) !== null;

describe('an entry', () => {
  test.each([
    page,
    'https://ok.com?code={{code}}',
    'https://ok.com/?token={{token}}',
    'https://ok.com:8443/a/b;c/d?x=1&code={{code}}#top',
    'https://ok.com/#{{code}}',
    'https://ok.com/#token={{token}}',
    'https://ok.com/#/reset?token={{token}}',
    'https://ok.com/%7Eann?code={{code}}',
    'https://p/?t={{code}}',
    'https://t/?p={{code}}',
    'http://localhost:3000/?code={{code}}',
    'http://127.0.0.1/?code={{code}}',
    'https://[2001:db8::1]/?code={{code}}',
    'https://xn--bcher-kva.example/?code={{code}}',
  ])('%s is accepted, and allows itself', (entry) => {
    expect(() => checkResetUrl(entry, strict)).not.toThrow();
    expect(resolveResetUrl([entry], entry)).toBe(entry);
  });

  test.each([
    ['nothing', ''],
    ['no placeholder', 'https://ok.com/'],
    ['two placeholders', 'https://ok.com/?a={{code}}&b={{token}}'],
    ['one in query and fragment each', 'https://ok.com/?a={{code}}#{{code}}'],
    ['a placeholder in the host', 'https://{{code}}.ok.com/'],
    ['a placeholder in the path', 'https://ok.com/{{code}}'],
    ['a placeholder in the port', 'https://ok.com:{{code}}/'],
    ['a placeholder as a name', 'https://ok.com/?{{code}}=1'],
    ['a placeholder as a bare name', 'https://ok.com/?{{code}}'],
    ['part of a value', 'https://ok.com/?code=x{{code}}'],
    ['part of a fragment', 'https://ok.com/#x{{code}}'],
    ['another placeholder', 'https://ok.com/?code={{code}}&email={{email}}'],
    ['a brace elsewhere', 'https://ok.com/?a={&code={{code}}'],
    ['three braces', 'https://ok.com/?code={{{code}}}'],
    ['a name twice', 'https://ok.com/?a=1&a=2&code={{code}}'],
    ["the placeholder's name twice", 'https://ok.com/?code={{code}}&code=1'],
    ['no name', 'https://ok.com/?={{code}}'],
    ['an empty pair', 'https://ok.com/?code={{code}}&'],
    ['credentials', 'https://ann@ok.com/?code={{code}}'],
    ['empty credentials', 'https://@ok.com/?code={{code}}'],
    ['a dot segment', 'https://ok.com/a/../b?code={{code}}'],
    ['an encoded dot segment', 'https://ok.com/a/%2e%2e/b?code={{code}}'],
    ['a path that a parser rewrites', 'https://ok.com/\u00e9?code={{code}}'],
    ['no scheme', '//ok.com/?code={{code}}'],
    ['no host', 'https:///?code={{code}}'],
    ['one slash', 'https:/ok.com/?code={{code}}'],
    ['a backslash', 'https:\\\\ok.com/?code={{code}}'],
    ['a space', 'https://ok.com/ ?code={{code}}'],
    ['a line break', 'https://ok.com/?code={{code}}\r\n'],
    ['a script', 'javascript:alert(1)//{{code}}'],
    ['another scheme', 'ftp://ok.com/?code={{code}}'],
    ['plain http', 'http://ok.com/?code={{code}}'],
    ['2,001 characters', `https://ok.com/?code={{code}}&a=${'x'.repeat(1_970)}`],
  ])('with %s is a TypeError', (_, entry) => {
    expect(() => checkResetUrl(entry, strict)).toThrow(TypeError);
  });

  test('plain http needs the switch that permits it; no other scheme has one', () => {
    expect(() => checkResetUrl('http://ok.com/?code={{code}}', strict)).toThrow('allowInsecureLinks');
    expect(() => checkResetUrl('http://ok.com/?code={{code}}', insecure)).not.toThrow();
    expect(() => checkResetUrl('javascript://ok.com/?code={{code}}', insecure)).toThrow('is not https');
  });
});

describe("a caller's URL", () => {
  test.each([
    [page, ''],
    ['https://ok.com/forgot?lang=de&code={{code}}', 'de'],
    ['https://ok.com/forgot?code={{token}}&lang=de-AT', 'de-AT'],
    ['https://OK.com:443/forgot?lang=de&code={{code}}', 'de'],
    ['HTTPS://ok.com:00443/forgot?lang=%C3%A4&code={{code}}', '%C3%A4'],
  ])('%s is allowed, and is what the entry spells', (url, value) => {
    expect(resolveResetUrl([page], url)).toBe(`https://ok.com/forgot?lang=${value}&code={{code}}`);
  });

  test('a host of two spellings is the one that the entry has', () => {
    const entry = 'https://xn--fa-hia.example/r?code={{code}}';
    for (const host of ['faß.example', 'xn--fa-hia%2eexample', 'XN--FA-HIA.example:443']) {
      expect(resolveResetUrl([entry], `https://${host}/r?code={{code}}`)).toBe(entry);
    }
  });

  test('a name without a value has none', () => {
    const entry = 'https://ok.com/?app&code={{code}}';
    expect(resolveResetUrl([entry], entry)).toBe(entry);
    expect(isAllowed([entry], 'https://ok.com/?app=&code={{code}}')).toBe(false);
    expect(isAllowed([entry], 'https://ok.com/?app=evil&code={{code}}')).toBe(false);
  });

  test.each([
    ['a second parameter behind a semicolon', 'https://ok.com/forgot?lang=de;code=x&code={{code}}'],
    ...['%', '%zz', '%ff', '%0d%0a', '%00', '%e2%80%a8', '%20', '+', "x'", 'x)', '//evil', 'x'.repeat(101)].map(
      (value): [string, string] => [`the free value ${value}`, `https://ok.com/forgot?lang=${value}&code={{code}}`],
    ),
    ['a free name without a value', 'https://ok.com/forgot?lang&code={{code}}'],
    ['another scheme', 'http://ok.com/forgot?lang=&code={{code}}'],
    ['another host', 'https://evil.com/forgot?lang=&code={{code}}'],
    ['a host that only begins so', 'https://ok.com.evil/forgot?lang=&code={{code}}'],
    ['a host that only ends so', 'https://evilok.com/forgot?lang=&code={{code}}'],
    ['a host below it', 'https://www.ok.com/forgot?lang=&code={{code}}'],
    ['a host with a dot at its end', 'https://ok.com./forgot?lang=&code={{code}}'],
    ['another port', 'https://ok.com:444/forgot?lang=&code={{code}}'],
    ['the host as credentials', 'https://ok.com@evil/forgot?lang=&code={{code}}'],
    ['the host as a name and password', 'https://ok.com:443@evil/forgot?lang=&code={{code}}'],
    ['credentials', 'https://ann:secret@ok.com/forgot?lang=&code={{code}}'],
    ['no scheme', '//evil/forgot?lang=&code={{code}}'],
    ['no scheme, of the same host', '//ok.com/forgot?lang=&code={{code}}'],
    ['backslashes', 'https:\\\\evil/forgot?lang=&code={{code}}'],
    ['a backslash in the authority', 'https://ok.com\\@evil/forgot?lang=&code={{code}}'],
    ['a backslash in the path', 'https://ok.com/forgot\\..?lang=&code={{code}}'],
    ['CR LF', 'https://ok.com/forgot?lang=\r\nBcc:eve@evil&code={{code}}'],
    ['LF in the host', 'https://ok.com\n.evil/forgot?lang=&code={{code}}'],
    ['a tab that parsers drop', 'https://ok.com/for\tgot?lang=&code={{code}}'],
    ['white space before it', ' https://ok.com/forgot?lang=&code={{code}}'],
    ['a script', 'javascript:alert(1)//ok.com/forgot?lang=&code={{code}}'],
    ['a script with the host', 'javascript://ok.com/forgot?lang=&code={{code}}'],
    ['data', 'data:text/html,<a>{{code}}</a>'],
    ['an encoded dot segment', 'https://ok.com/x/%2e%2e/forgot?lang=&code={{code}}'],
    ['a dot segment', 'https://ok.com/./forgot?lang=&code={{code}}'],
    ['an encoded slash', 'https://ok.com/%2fforgot?lang=&code={{code}}'],
    ['an encoded letter', 'https://ok.com/%66orgot?lang=&code={{code}}'],
    ['two slashes', 'https://ok.com//forgot?lang=&code={{code}}'],
    ['a slash more', 'https://ok.com/forgot/?lang=&code={{code}}'],
    ['another case of its path', 'https://ok.com/Forgot?lang=&code={{code}}'],
    ['a name twice', 'https://ok.com/forgot?lang=&lang=&code={{code}}'],
    ["the placeholder's name twice", 'https://ok.com/forgot?lang=&code={{code}}&code={{code}}'],
    ['a name more', 'https://ok.com/forgot?lang=&code={{code}}&next=https://evil'],
    ['a name less', 'https://ok.com/forgot?code={{code}}'],
    ['an encoded name', 'https://ok.com/forgot?lang=&%63ode={{code}}'],
    ['the placeholder in another name', 'https://ok.com/forgot?code=&lang={{code}}'],
    ['the placeholder in the path', 'https://ok.com/{{code}}?lang=&code='],
    ['the placeholder in the host', 'https://{{code}}.ok.com/forgot?lang=&code='],
    ['no placeholder', 'https://ok.com/forgot?lang=&code='],
    ['a placeholder more', 'https://ok.com/forgot?lang={{code}}&code={{code}}'],
    ['a fragment', 'https://ok.com/forgot?lang=&code={{code}}#top'],
    ['an empty fragment', 'https://ok.com/forgot?lang=&code={{code}}#'],
    ['the placeholder in the fragment', 'https://ok.com/forgot?lang=&code=#{{code}}'],
    ['nothing', ''],
    ['2,001 characters', `https://ok.com/forgot?code={{code}}&lang=${'x'.repeat(1_970)}`],
  ])('with %s is not', (_, url) => {
    expect(isAllowed([page], url)).toBe(false);
  });

  test('a value that the entry gives is the only one', () => {
    const entry = 'https://ok.com/?tenant=a&code={{code}}';
    expect(isAllowed([entry], entry)).toBe(true);
    expect(isAllowed([entry], 'https://ok.com/?tenant=b&code={{code}}')).toBe(false);
    expect(isAllowed([entry], 'https://ok.com/?tenant=&code={{code}}')).toBe(false);
  });

  test("a fragment is the entry's, the placeholder in it too", () => {
    const entry = 'https://ok.com/?x=1#/reset?token={{token}}';
    expect(isAllowed([entry], 'https://ok.com/?x=1#/reset?token={{code}}')).toBe(true);
    for (const fragment of [
      '',
      '#{{code}}',
      '#/reset?code={{code}}',
      '#/reset?token={{code}}&x',
      '#/evil?token={{code}}',
    ]) {
      expect(isAllowed([entry], `https://ok.com/?x=1${fragment}`), fragment).toBe(false);
    }
  });

  test('hosts that stand in the scheme too, and paths that stand in the host, are no hazard', () => {
    for (const host of ['p', 't', 's', 'h', 'https', 'tp']) {
      const entry = `https://${host}/${host}?code={{code}}`;
      expect(isAllowed([entry], entry), host).toBe(true);
      expect(isAllowed([entry], `https://${host}/?code={{code}}`), host).toBe(false);
      expect(isAllowed([entry], `https://${host}.evil/${host}?code={{code}}`), host).toBe(false);
    }
  });

  test('any entry will do, and without one none does', () => {
    expect(isAllowed(['https://other.example/?t={{code}}', page], page)).toBe(true);
    expect(isAllowed([], page)).toBe(false);
    // What was stored before this release checked it allows nothing.
    expect(isAllowed(['', 'https://ok.com/', 'javascript:{{code}}', 'null'], page)).toBe(false);
  });

  describe('whatever is sent, what is allowed leads home', () => {
    const entry = 'https://ok.com/forgot?lang=&code={{code}}';
    const leadsHome = (url: string): void => {
      const resolved = resolveResetUrl([entry], url);
      if (resolved === null) return;
      expect(resolved).toMatch(/^https:\/\/ok\.com\/forgot\?lang=[\w.~%-]{0,100}&code=\{\{code\}\}$/);
      expect(resolveResetUrl([entry], resolved)).toBe(resolved);
      const filled = new URL(fillResetUrl(resolved, token));
      expect(filled.origin + filled.pathname).toBe('https://ok.com/forgot');
      expect([filled.username, filled.password, filled.hash]).toEqual(['', '', '']);
      expect([...filled.searchParams.keys()].toSorted()).toEqual(['code', 'lang']);
      expect(filled.searchParams.getAll('code')).toEqual([token]);
      expect(filled.searchParams.get('lang')).not.toContain(token);
      // A mail reader that finds the link in a text ends it at white space, quotes and angle brackets.
      expect(fillResetUrl(resolved, token)).not.toMatch(/[\s"<>\\{}]/);
    };

    test('made of hostile parts', () => {
      const part = fc.constantFrom(
        ...[
          'https:',
          'http:',
          'javascript:',
          '//',
          '/',
          '\\',
          '///',
          '@',
          ':',
          ':443',
          ':444',
          '?',
          '#',
          '&',
          '=',
          '.',
        ],
        ...['ok.com', 'OK.COM', 'ok.com.', 'evil', '.evil', 'ann', 'p', 'forgot', 'Forgot', 'lang', 'code', '%63ode'],
        ...[
          '{{code}}',
          '{{token}}',
          '{{',
          '}}',
          '{',
          '%2e%2e',
          '%2f',
          '%00',
          '%0d%0a',
          '..',
          '\r\n',
          '\t',
          ' ',
          ';',
          '+',
        ],
        ...[
          'https://ok.com',
          '/forgot',
          '?lang=',
          '&code={{code}}',
          'lang=',
          'code={{code}}',
          '\u212a',
          '\u3002',
          '\u200b',
        ],
      );
      fc.assert(
        fc.property(fc.array(part, { maxLength: 12 }), (parts) => leadsHome(parts.join(''))),
        { numRuns: 5_000 },
      );
    });

    test('made by changing one that is allowed', () => {
      let allowed = 0;
      const change = fc.oneof(
        anyText({ maxLength: 3 }),
        fc.constantFrom('@evil', '\\', '%', '{{code}}', '&code=', ';code=', '#', '+'),
      );
      fc.assert(
        fc.property(fc.nat(entry.length), fc.nat(3), change, (at, cutting, insert) => {
          const url = entry.slice(0, at) + insert + entry.slice(at + cutting);
          leadsHome(url);
          if (isAllowed([entry], url)) allowed += 1;
        }),
        { numRuns: 10_000, examples: [[29, 0, 'de']] },
      );
      expect(allowed).toBeGreaterThan(100);
    });
  });

  test('two megabytes are refused', () => {
    for (const part of ['{{code}}', '&a=', 'https://', '%2e/']) {
      const url = `${page}${part.repeat(300_000)}`;
      expect(isAllowed([page], url)).toBe(false);
    }
  });
});

test('fillResetUrl: both names are the token, written as a value', () => {
  expect(fillResetUrl('https://ok.com/?code={{code}}', 'a&b=c')).toBe('https://ok.com/?code=a%26b%3Dc');
  expect(fillResetUrl('https://ok.com/#{{token}}', '$&')).toBe('https://ok.com/#%24%26');
});
