import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../src/strict-json.js';

const parse = (text: string) => parseJson(new TextEncoder().encode(text));

test('agrees with JSON.parse on everything that JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.nat(2), (json, indent) => {
      expect(parse(JSON.stringify(json, null, indent))).toEqual(json);
    }),
    { seed: 1 },
  );
});

test('refuses a name twice, wherever the object is and however the name is written', () => {
  const key = fc.string({ unit: 'grapheme', maxLength: 5 });
  const around = fc.constantFrom(['', ''], ['[1,', ']'], ['{"outer":', ',"last":"}"}'], ['[{"a":[', ']}]'] as const);
  const escaped = (text: string) =>
    `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
  fc.assert(
    fc.property(key, fc.jsonValue(), around, (name, value, [before, after]) => {
      const once = `${before}{${JSON.stringify(name)}:${JSON.stringify(value)},${JSON.stringify(`${name}x`)}:0}${after}`;
      const twice = `${before}{${JSON.stringify(name)}:${JSON.stringify(value)},${escaped(name)}:0}${after}`;
      expect(parse(once)).toEqual(JSON.parse(once));
      expect(() => parse(twice)).toThrow('malformed');
    }),
    { seed: 1 },
  );
});

test.each(['{"a":{"b":1},"b":2}', '[{"a":1},{"a":2}]', '{"a":"a","b":["a","a"]}', '{"a":"{\\"a\\":1,\\"a\\":2}"}'])(
  'takes %s',
  (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  },
);

test.each(['', ' ', '{', '{"a":1,}', "{'a':1}", '{a:1}', 'NaN', '01', '"\n"', '\ufeff{}', '{} {}', 'undefined'])(
  'refuses %j',
  (text) => {
    expect(() => parse(text)).toThrow('malformed');
  },
);

test('takes no time over 64 KiB of whatever is slow elsewhere', () => {
  const size = 64 * 1024;
  for (const text of [
    '"\\"'.repeat(size / 3),
    '['.repeat(size),
    `{"${'\\\\'.repeat(size / 2 - 10)}":1}`,
    '{"a":'.repeat(size / 5),
  ]) {
    const startedAt = performance.now();
    try {
      parse(text);
    } catch {
      // Whether it is JSON does not matter here.
    }
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }
});
