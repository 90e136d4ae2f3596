import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLinkTemplate, checkUrl, fillLink, serviceLinks } from '../src/links.js';
import { checkService, serviceFinder } from '../src/service-finder.js';
import { anyText, service, wellFormedText } from './fixtures.js';

const strict = { allowInsecureLinks: false };
const insecure = { allowInsecureLinks: true };
const values = { token: '0123456789abcdefghjkmnpqrstvwxyz', email: 'ann+x@example.com' };

const good = [
  'https://acme.example/reset?token={{token}}',
  'https://acme.example?token={{token}}',
  'https://acme.example/reset?a=1&token={{token}}&b=2',
  'https://acme.example/reset?type=reset_password&email={{email}}&token={{token}}',
  'https://acme.example/reset?a[]=1&token={{token}}',
  'https://acme.example/reset#{{token}}',
  'https://acme.example/reset#token={{token}}',
  'https://acme.example/reset?email={{email}}#token={{token}}',
  'https://acme.example/#/reset?token={{token}}&email={{email}}',
  'https://acme.example:8443/reset?token={{token}}',
  'https://bücher.example/reset?token={{token}}',
  'HTTPS://acme.example/reset?token={{token}}',
  'http://localhost/reset?token={{token}}',
  'http://localhost:3000/reset?token={{token}}',
  'http://app.localhost:3000/reset?token={{token}}',
  'http://127.0.0.1:3000/reset?token={{token}}',
  'http://127.1.2.3/reset?token={{token}}',
  'http://[::1]:3000/reset?token={{token}}',
];

const hostile = [
  // Where a link leads must not depend on how it is read (ATTACKS: redirect targets).
  '//evil.example/reset?token={{token}}',
  '/\\evil.example/reset?token={{token}}',
  '/reset?token={{token}}',
  'reset?token={{token}}',
  '?token={{token}}',
  '{{token}}',
  'https:\\\\evil.example/reset?token={{token}}',
  'https://acme.example\\@evil.example/?token={{token}}',
  'https:acme.example/reset?token={{token}}',
  'https:/acme.example/reset?token={{token}}',
  'https:///acme.example/reset?token={{token}}',
  'https://?token={{token}}',
  'https://acme.example@evil.example/?token={{token}}',
  'https://acme.example:x@evil.example/?token={{token}}',
  'https://@evil.example/?token={{token}}',
  'https://:@evil.example/?token={{token}}',
  'javascript:alert(1)//?token={{token}}',
  'javascript://acme.example/%0aalert(1)?token={{token}}',
  'data:text/html,x?token={{token}}',
  'ftp://acme.example/?token={{token}}',
  'mailto:ann@example.com?body={{token}}',
  'blob:https://acme.example/x?token={{token}}',
  'https://acme.example/\r\nBcc:eve@evil.example?token={{token}}',
  'https://acme.example/reset?token={{token}}\n',
  ' https://acme.example/reset?token={{token}}',
  'https://acme.example/re set?token={{token}}',
  'https://acme.example/\treset?token={{token}}',
  'https://acme.example/\u202ereset?token={{token}}',
  'https://acme.example/\u200breset?token={{token}}',
  'https://acme.example/\u2028reset?token={{token}}',
  'https://acme.example/\0?token={{token}}',
  'https://acme.example/\ud800?token={{token}}',
  'https://acme.example/"><script>?token={{token}}',
  'https://acme example/?token={{token}}',
  'https://acme.example:99999/?token={{token}}',
  'https://[::1/?token={{token}}',
  // Plain http beyond this machine.
  'http://acme.example/reset?token={{token}}',
  'http://localhost.evil.example/reset?token={{token}}',
  'http://127.0.0.1.evil.example/reset?token={{token}}',
  'http://notlocalhost/reset?token={{token}}',
  'http://10.0.0.1/reset?token={{token}}',
  'http://0.0.0.0/reset?token={{token}}',
  'http://[::2]/reset?token={{token}}',
  // The placeholder anywhere but in a value of its own.
  'https://{{token}}.acme.example/',
  'https://{{token}}/',
  'https://acme.example:{{token}}/',
  'https://{{token}}@acme.example/',
  'https://u:{{token}}@acme.example/',
  'https://u&p={{token}}&@acme.example/',
  'https://a&b={{token}}',
  '{{token}}://acme.example/',
  'https://acme.example/{{token}}',
  'https://acme.example/{{token}}?a=1',
  'https://acme.example/reset/{{token}}/',
  'https://acme.example/reset&token={{token}}',
  'https://acme.example/reset;token={{token}}',
  'https://acme.example/reset?{{token}}',
  'https://acme.example/reset?{{token}}=1',
  'https://acme.example/reset?token=x{{token}}',
  'https://acme.example/reset?token={{token}}x',
  'https://acme.example/reset?token={{token}}{{token}}',
  'https://acme.example/reset?token={{token}};a=1',
  'https://acme.example/reset?a=b={{token}}',
  'https://acme.example/reset?a=1?token={{token}}',
  'https://acme.example/reset?next=https://a.example/?token={{token}}',
  'https://acme.example/#/reset/{{token}}',
  'https://acme.example/#/{{token}}?a=1',
  'https://acme.example/#{{token}}x',
  'https://acme.example/#a#{{token}}',
  'https://acme.example/#token={{token}}#x',
  // No token, or a placeholder that nobody fills.
  'https://acme.example/reset',
  'https://acme.example/reset?email={{email}}',
  'https://acme.example/reset?token={token}',
  'https://acme.example/reset?token={{ token }}',
  'https://acme.example/reset?token={{TOKEN}}',
  'https://acme.example/reset?token={{token}}&x={{name}}',
  'https://acme.example/reset?token={{token}}&x={{code}}',
  'https://acme.example/reset?token={{token}}&x={',
  'https://acme.example/{}?token={{token}}',
  '',
];

describe('checkLinkTemplate', () => {
  test.each(good)('%s is a link', (template) => {
    expect(() => checkLinkTemplate(template, strict)).not.toThrow();
  });

  test.each(hostile)('%j is refused', (template) => {
    expect(() => checkLinkTemplate(template, strict)).toThrow(TypeError);
  });

  test('allowInsecureLinks permits http and nothing else', () => {
    const permitted = hostile.filter((template) => {
      try {
        checkLinkTemplate(template, insecure);
        return true;
      } catch {
        return false;
      }
    });
    expect(permitted).toEqual(hostile.filter((template) => /^http:\/\/(?!\[::1\/)/.test(template)));
    expect(permitted).toHaveLength(7);
  });

  test('what is filled in never changes where a link leads or what else is in it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...good), anyText(), anyText(), (template, token, email) => {
        const [plain, filled] = [values, { token, email }].map((each) => new URL(fillLink(template, each)));
        for (const part of ['protocol', 'host', 'username', 'password', 'pathname'] as const)
          expect(filled?.[part]).toBe(plain?.[part]);
        expect([...(filled?.searchParams.keys() ?? [])]).toEqual([...(plain?.searchParams.keys() ?? [])]);
      }),
    );
  });
});

describe('fillLink', () => {
  const query = 'https://acme.example/reset?lang=de&email={{email}}&token={{token}}';
  const fragment = 'https://acme.example/#/reset?email={{email}}&token={{token}}';

  test('a reader of forms gets back exactly what went in', () => {
    fc.assert(
      fc.property(wellFormedText(), wellFormedText(), (token, email) => {
        const inQuery = new URL(fillLink(query, { token, email })).searchParams;
        const inFragment = new URLSearchParams(new URL(fillLink(fragment, { token, email })).hash.split('?')[1]);
        for (const parameters of [inQuery, inFragment]) {
          expect(parameters.getAll('token')).toEqual([token]);
          expect(parameters.getAll('email')).toEqual([email]);
        }
        expect(inQuery.get('lang')).toBe('de');
      }),
      { examples: [['$&$1{{email}}', 'a+b c@example.com&token=x#y?z=%40']] },
    );
  });

  test('writes only what every mail client keeps in a link', () => {
    fc.assert(
      fc.property(anyText(), (email) => {
        const [, value = ''] = /email=([^&]*)/.exec(fillLink(query, { token: 'x', email })) ?? [];
        expect(value).toMatch(/^(?:[A-Za-z0-9*._-]|%[0-9A-F]{2})*$/);
      }),
    );
    expect(fillLink(query, { token: 't', email: "it's (a) ~b!+c@d.e" })).toContain(
      'it%27s%20%28a%29%20%7Eb%21%2Bc%40d.e',
    );
  });

  test('a lone surrogate is replaced and throws nothing', () => {
    expect(fillLink('https://a.example/?t={{token}}', { token: '\ud800', email: '' })).toBe(
      'https://a.example/?t=%EF%BF%BD',
    );
  });

  test('every placeholder is filled, each as often as it is there', () => {
    const template = 'https://a.example/?t={{token}}&u={{token}}#{{email}}';
    expect(fillLink(template, { token: '1', email: 'e' })).toBe('https://a.example/?t=1&u=1#e');
  });
});

test('serviceLinks: one page to set a password, one for every notice', () => {
  expect(serviceLinks({ reset: 'r', revoke: 'n' })).toEqual({
    reset: 'r',
    resetNotice: 'n',
    updateNotice: 'n',
    emailChangeNotice: 'n',
  });
});

describe('a service', () => {
  const described = { ...service, resetUrls: [] };

  test.each(['https://acme.example', 'http://localhost:3000/x', 'https://acme.example/?a=b#c'])(
    'may live at %s',
    (url) => {
      expect(() => checkUrl(url, strict)).not.toThrow();
    },
  );

  test.each([
    '',
    'acme.example',
    '//acme.example',
    'http://acme.example',
    'javascript:alert(1)',
    'https://a@b.example',
    'https://a.example/ ',
  ])('may not live at %j', (url) => {
    expect(() => checkUrl(url, strict)).toThrow(TypeError);
  });

  test.each(['', '  ', 'x'.repeat(101), 'a\nb', 'a\0b'])('may not be called %j', (name) => {
    expect(() => checkService({ ...described, name }, strict)).toThrow(TypeError);
  });

  test('each of its links is checked', () => {
    for (const link of ['reset', 'resetNotice', 'updateNotice', 'emailChangeNotice'] as const) {
      const links = { ...service.links, [link]: 'http://acme.example/?t={{token}}' };
      expect(() => checkService({ ...described, links }, strict)).toThrow('allowInsecureLinks');
      expect(() => checkService({ ...described, links }, insecure)).not.toThrow();
    }
  });

  test('each of its reset URLs is checked', () => {
    const good = 'https://acme.example/forgot?code={{code}}';
    const plain = 'http://acme.example/forgot?code={{code}}';
    expect(() => checkService({ ...described, resetUrls: [good, good] }, strict)).not.toThrow();
    for (const resetUrls of [[plain], [good, plain]]) {
      expect(() => checkService({ ...described, resetUrls }, strict)).toThrow('allowInsecureLinks');
      expect(() => checkService({ ...described, resetUrls }, insecure)).not.toThrow();
    }
    expect(() => serviceFinder({ ...service, resetUrls: [plain] }, null, strict)).toThrow('allowInsecureLinks');
  });

  test('the configured one is found by its id; without one there has to be a Directory', async () => {
    const finder = serviceFinder(service, null, strict);
    expect(finder.defaultId).toBe('default');
    expect(await finder.find(finder.defaultId ?? expect.fail())).toMatchObject({
      id: 'default',
      name: 'Acme',
      enabled: true,
    });
    expect(
      await serviceFinder({ ...service, id: 'x' }, null, strict).find(finder.defaultId ?? expect.fail()),
    ).toBeNull();
    expect(() => serviceFinder(undefined, null, strict)).toThrow(TypeError);
  });
});
