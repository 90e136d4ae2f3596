import { expect, test } from 'vitest';
import { ssoLinks } from '../src/index.js';

test.each([
  ['https://app.example/local', 'https://app.example/local?'],
  ['https://app.example/local?a=b', 'https://app.example/local?a=b&'],
  ['https://app.example/local?', 'https://app.example/local?'],
  ['https://app.example/local?a=b&', 'https://app.example/local?a=b&'],
])('%s keeps its own query', (localUrl, start) => {
  const end = '&email={{email}}&token={{token}}';
  expect(ssoLinks(localUrl)).toEqual({
    reset: `${start}type=reset_password${end}`,
    resetNotice: `${start}type=reset_password_confirm${end}`,
    updateNotice: `${start}type=update_password${end}`,
    emailChangeNotice: `${start}type=update_password${end}`,
  });
});

test('the query comes before a fragment', () => {
  expect(ssoLinks('http://localhost:9000/#/local?x=1#y').reset).toBe(
    'http://localhost:9000/?type=reset_password&email={{email}}&token={{token}}#/local?x=1#y',
  );
});
