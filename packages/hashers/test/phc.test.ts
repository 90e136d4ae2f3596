import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argon2idAlgorithm, scryptAlgorithm } from '../src/algorithms.js';
import { decodeBase64, encodeBase64 } from '../src/base64.js';
import { caps } from '../src/caps.js';
import { createHasher } from '../src/hasher.js';
import { formatPhc, parsePhc } from '../src/phc.js';
import { phcScheme } from '../src/scheme.js';
import { cheapArgon2id, recordingDerive } from './fixtures.js';

const salt = 'A'.repeat(22);
const output = 'A'.repeat(43);
const of = (length: number) => encodeBase64(new Uint8Array(length));

/** A hasher of both formats, and whether `stored` made it derive anything. */
async function attempt(stored: string) {
  const { calls, derive } = recordingDerive();
  const hasher = createHasher({
    scheme: phcScheme(argon2idAlgorithm, derive),
    costs: cheapArgon2id,
    others: [phcScheme(scryptAlgorithm, derive)],
  });
  return { outcome: await hasher.verify('password', stored), derived: calls.length };
}

describe('understood', () => {
  test.each([
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=8,t=1,p=1$${of(8)}$${of(16)}`,
    `$argon2id$v=19$m=262144,t=4,p=16$${of(64)}$${of(64)}`,
    `$argon2id$v=19$m=16384,t=64,p=1$${salt}$${output}`,
    `$scrypt$ln=17,r=8,p=1$${salt}$${output}`,
    `$scrypt$ln=1,r=1,p=1$${of(8)}$${of(16)}`,
    `$scrypt$ln=18,r=8,p=4$${of(64)}$${of(64)}`,
    `$scrypt$ln=15,r=1,p=16$${salt}$${output}`,
    `$scrypt$ln=16,r=32,p=1$${salt}$${output}`,
  ])('%s', async (stored) => {
    expect(await attempt(stored)).toEqual({ outcome: 'mismatched', derived: 1 });
  });
});

describe('unrecognised, and nothing derived', () => {
  test.each([
    // Another algorithm, version or prefix.
    `$argon2i$v=19$m=16,t=2,p=1$${salt}$${output}`,
    `$argon2d$v=19$m=16,t=2,p=1$${salt}$${output}`,
    `$ARGON2ID$v=19$m=16,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=16$m=16,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=019$m=16,t=2,p=1$${salt}$${output}`,
    `$argon2id$m=16,t=2,p=1$${salt}$${output}`,
    `argon2id$v=19$m=16,t=2,p=1$${salt}$${output}`,
    `$scrypt$v=1$ln=4,r=2,p=2$${salt}$${output}`,
    '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
    // Parameters: order, missing, twice, more, spelling of numbers.
    `$argon2id$v=19$t=2,m=16,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=16,p=1,t=2$${salt}$${output}`,
    `$argon2id$v=19$m=16,t=2$${salt}$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1,$${salt}$${output}`,
    `$argon2id$v=19$m=16,t=2,t=2$${salt}$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1,keyid=AAAA$${salt}$${output}`,
    `$argon2id$v=19$m=016,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=16,t=02,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=+16,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=-16,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=1e2,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=0x20,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=16.0,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m= 16,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=16=16,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=１６,t=2,p=1$${salt}$${output}`,
    `$scrypt$r=2,ln=4,p=2$${salt}$${output}`,
    `$scrypt$ln=04,r=2,p=2$${salt}$${output}`,
    `$scrypt$N=16,r=2,p=2$${salt}$${output}`,
    // Base64: padding, alphabet, trailing bits, impossible length.
    `$argon2id$v=19$m=16,t=2,p=1$${salt}==$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$${output}=`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt.slice(1)}B$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$${output.slice(1)}B`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt.slice(1)}-$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$_${output.slice(1)}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt.slice(1)}$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$ ${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$${output}\n`,
    // Fields: missing, empty, more.
    '$argon2id$v=19$',
    '$argon2id$v=19$m=16,t=2,p=1',
    `$argon2id$v=19$m=16,t=2,p=1$${salt}`,
    `$argon2id$v=19$m=16,t=2,p=1$$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$${output}$`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$${output}$AAAA`,
    `$argon2id$v=19$$${salt}$${output}`,
  ])('malformed: %s', async (stored) => {
    expect(await attempt(stored)).toEqual({ outcome: 'unrecognised', derived: 0 });
  });

  test.each([
    // Not defined.
    `$argon2id$v=19$m=0,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=7,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=16,t=0,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=16,t=2,p=0$${salt}$${output}`,
    `$argon2id$v=19$m=31,t=2,p=4$${salt}$${output}`,
    `$scrypt$ln=0,r=8,p=1$${salt}$${output}`,
    `$scrypt$ln=4,r=0,p=1$${salt}$${output}`,
    `$scrypt$ln=4,r=8,p=0$${salt}$${output}`,
    `$scrypt$ln=16,r=1,p=1$${salt}$${output}`,
    // Too much memory.
    `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=262145,t=1,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=9999999999,t=1,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=${'9'.repeat(60)},t=1,p=1$${salt}$${output}`,
    `$scrypt$ln=19,r=8,p=1$${salt}$${output}`,
    `$scrypt$ln=17,r=17,p=1$${salt}$${output}`,
    `$scrypt$ln=63,r=8,p=1$${salt}$${output}`,
    `$scrypt$ln=9999999999,r=9999999999,p=1$${salt}$${output}`,
    `$scrypt$ln=1,r=33,p=1$${salt}$${output}`,
    // Too much work.
    `$argon2id$v=19$m=8,t=65,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=8,t=4294967295,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=262144,t=5,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=256,t=1,p=17$${salt}$${output}`,
    `$argon2id$v=19$m=134217728,t=1,p=16777216$${salt}$${output}`,
    `$scrypt$ln=4,r=8,p=17$${salt}$${output}`,
    `$scrypt$ln=4,r=8,p=16777216$${salt}$${output}`,
    `$scrypt$ln=18,r=8,p=5$${salt}$${output}`,
    // Salt and output out of bounds.
    `$argon2id$v=19$m=16,t=2,p=1$${of(7)}$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${of(65)}$${output}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$${of(15)}`,
    `$argon2id$v=19$m=16,t=2,p=1$${salt}$${of(65)}`,
    `$scrypt$ln=4,r=2,p=2$${of(65)}$${output}`,
  ])('hostile: %s', async (stored) => {
    expect(await attempt(stored)).toEqual({ outcome: 'unrecognised', derived: 0 });
  });
});

test.each([
  ['salt', `$argon2id$v=19$m=16,t=2,p=1$${'A'.repeat(1_000_000)}$${output}`],
  ['number', `$argon2id$v=19$m=${'9'.repeat(1_000_000)},t=2,p=1$${salt}$${output}`],
  ['list of fields', `$argon2id$v=19$m=16,t=2,p=1$${salt}$${'$'.repeat(1_000_000)}`],
  ['list of parameters', `$scrypt$${'ln=4,'.repeat(200_000)}$${salt}$${output}`],
])('a %s of a megabyte is unrecognised', async (_name, stored) => {
  expect(await attempt(stored)).toEqual({ outcome: 'unrecognised', derived: 0 });
});

const uint8Arrays = ({ min, max }: { min: number; max: number }) => fc.uint8Array({ minLength: min, maxLength: max });
const cost = fc.integer({ min: 1, max: 9_999_999_999 });
const hashes = fc.record({
  costs: fc.record({ m: cost, t: cost, p: cost }),
  salt: uint8Arrays(caps.salt),
  output: uint8Arrays(caps.output),
});

test('what is written is read back', () => {
  const { layout } = argon2idAlgorithm;
  fc.assert(
    fc.property(hashes, (hash) => {
      expect(parsePhc(layout, formatPhc(layout, hash))).toEqual(hash);
    }),
  );
});

test('what is read is written back as it was: one hash has one text', () => {
  const { layout } = argon2idAlgorithm;
  const edits = fc.record({
    at: fc.nat(200),
    remove: fc.nat(2),
    insert: fc.string({ maxLength: 2, unit: fc.constantFrom(...'0=+,$mAB') }),
  });
  fc.assert(
    fc.property(hashes, edits, (hash, { at, remove, insert }) => {
      const text = formatPhc(layout, hash);
      const edited = text.slice(0, at) + insert + text.slice(at + remove);
      const read = parsePhc(layout, edited);
      if (read !== null) expect(formatPhc(layout, read)).toBe(edited);
    }),
    { numRuns: 1000 },
  );
});

test('base64 is that of RFC 4648 without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes) => {
      const text = encodeBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64').replaceAll('=', ''));
      expect(decodeBase64(text)).toEqual(bytes);
    }),
  );
  for (const text of ['', 'A', 'AB', 'AAB', 'AA==', 'AA A', 'AAAAA', 'A-AA', 'é'])
    expect(decodeBase64(text)).toBeNull();
});
