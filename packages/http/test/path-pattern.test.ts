import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathPattern } from '../src/path-pattern.js';

const match = pathPattern('/v1/user/{id}');

test('decodes what stands for a placeholder', () => {
  const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text));
  fc.assert(
    fc.property(id, (text) => {
      expect(match(`/v1/user/${encodeURIComponent(text)}`)).toEqual({ id: text });
    }),
    { seed: 1 },
  );
});

test.each(['', '%00', 'a%0d%0ab', '%7f', '%C2%85', '%', '%zz', '%ff', '%ED%A0%80', '\ud800', 'x'.repeat(201)])(
  'no id is spelled %j',
  (segment) => {
    expect(match(`/v1/user/${segment}`)).toBeNull();
  },
);

test.each(['/v1/user', '/v1/user/1/', '/v1/user/1/2', '//v1/user/1', '/v1/USER/1', '/v1/%75ser/1', 'v1/user/1'])(
  '%j is another path',
  (path) => {
    expect(match(path)).toBeNull();
  },
);
