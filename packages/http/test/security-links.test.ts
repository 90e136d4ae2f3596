import { checkLinkTemplate } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { securityLinks } from '../src/index.js';

describe('securityLinks', () => {
  test.each([
    ['app.example', 'https://app.example'],
    ['app.example:8443', 'https://app.example:8443'],
    ['https://app.example', 'https://app.example'],
    ['https://app.example/', 'https://app.example'],
    ['https://app.example/front//', 'https://app.example/front'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['HTTPS://app.example', 'HTTPS://app.example'],
  ])('of %s begin with %s', (hostname, origin) => {
    const links = securityLinks(hostname);
    const revoke = `${origin}/security/reset-password/revoke?token={{token}}`;
    expect(links).toEqual({
      reset: `${origin}/security/reset-password/reset?token={{token}}`,
      resetNotice: revoke,
      updateNotice: revoke,
      emailChangeNotice: revoke,
    });
    for (const link of Object.values(links)) checkLinkTemplate(link, { allowInsecureLinks: false });
  });

  test('have the revoke page that is asked for', () => {
    const { reset, resetNotice } = securityLinks('app.example', { revokePath: '/account/not-me' });
    expect(resetNotice).toBe('https://app.example/account/not-me?token={{token}}');
    expect(reset).toBe('https://app.example/security/reset-password/reset?token={{token}}');
  });

  test.each(['', '/', 'https://app.example?a=b', 'app.example#x'])('%j is no host', (hostname) => {
    expect(() => securityLinks(hostname)).toThrow('FRONT_END_HOSTNAME');
  });

  test.each(['', 'revoke', 'https://evil.example/x', '/x?y=z', '/x#y'])('%j is no path of a page', (revokePath) => {
    expect(() => securityLinks('app.example', { revokePath })).toThrow('revokePath');
  });

  test.each(['user@app.example', 'http://app.example', 'app example', 'javascript://x', '{{token}}.example'])(
    'what core refuses, it refuses here too: %s',
    (hostname) => {
      expect(() => checkLinkTemplate(securityLinks(hostname).reset, { allowInsecureLinks: false })).toThrow(TypeError);
    },
  );
});
