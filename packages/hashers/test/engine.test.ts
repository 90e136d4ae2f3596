import nodeCrypto from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidatesFor, engines, findKdf } from '../src/engine.js';
import { nobleEngine } from '../src/engine-noble.js';
import { nodeEngine } from '../src/engine-node.js';
import { openEngines, utf8 } from './fixtures.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe.each(openEngines)('engine $name', ({ kdfs }) => {
  test('argon2id: RFC 9106 section 5.3', async () => {
    const output = await kdfs.argon2id({
      password: new Uint8Array(32).fill(1),
      salt: new Uint8Array(16).fill(2),
      secret: new Uint8Array(8).fill(3),
      associatedData: new Uint8Array(12).fill(4),
      m: 32,
      t: 3,
      p: 4,
      length: 32,
    });
    expect(hex(output)).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
  });

  // The fourth vector asks for 1 GiB, more than a hasher ever takes.
  test.each([
    [
      '',
      '',
      { ln: 4, r: 1, p: 1 },
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    ],
    [
      'password',
      'NaCl',
      { ln: 10, r: 8, p: 16 },
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ],
    [
      'pleaseletmein',
      'SodiumChloride',
      { ln: 14, r: 8, p: 1 },
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    ],
  ])('scrypt: RFC 7914 section 12, %j', async (password, salt, costs, expected) => {
    const output = await kdfs.scrypt({ password: utf8(password), salt: utf8(salt), ...costs, length: 64 });
    expect(hex(output)).toBe(expected);
  });
});

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });

test('both engines derive the same bytes', async () => {
  const [node, noble] = openEngines;
  if (!node || !noble) throw new Error('two engines expected');
  await fc.assert(
    fc.asyncProperty(
      fc.record({ password: bytes(0, 80), salt: bytes(8, 64), length: fc.integer({ min: 4, max: 100 }) }),
      fc.record({ extra: fc.nat(40), t: fc.integer({ min: 1, max: 3 }), p: fc.integer({ min: 1, max: 4 }) }),
      fc.record({
        ln: fc.integer({ min: 1, max: 6 }),
        r: fc.integer({ min: 1, max: 4 }),
        p: fc.integer({ min: 1, max: 3 }),
      }),
      async (input, { extra, t, p }, scryptCosts) => {
        const argon2idInput = { ...input, m: 8 * p + extra, t, p };
        expect(hex(await node.kdfs.argon2id(argon2idInput))).toBe(hex(await noble.kdfs.argon2id(argon2idInput)));
        const scryptInput = { ...input, ...scryptCosts };
        expect(hex(await node.kdfs.scrypt(scryptInput))).toBe(hex(await noble.kdfs.scrypt(scryptInput)));
      },
    ),
    { numRuns: 100 },
  );
});

test('the noble engine lets the event loop turn', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  try {
    await nobleEngine.scrypt({ password: utf8(''), salt: utf8(''), ln: 14, r: 8, p: 1, length: 32 });
  } finally {
    clearInterval(timer);
  }
  expect(turns).toBeGreaterThan(0);
});

describe('which engine is used', () => {
  test('the first that has the algorithm', () => {
    const argon2id = async () => new Uint8Array(1);
    const scryptOnly = { name: 'node', open: () => ({ scrypt: nobleEngine.scrypt }) } as const;
    const both = { name: 'noble', open: () => ({ argon2id, scrypt: nobleEngine.scrypt }) } as const;
    expect(findKdf('argon2id', [scryptOnly, both])).toBe(argon2id);
    expect(() => findKdf('argon2id', [scryptOnly])).toThrow(TypeError);
    expect(() => findKdf('argon2id', [])).toThrow(TypeError);
  });

  test('native before JavaScript, and the named one alone for the own algorithm', () => {
    expect(engines.map((engine) => engine.name)).toEqual(['node', 'noble']);
    const { own, other } = candidatesFor('noble');
    expect(own.map((engine) => engine.name)).toEqual(['noble']);
    expect(other.map((engine) => engine.name)).toEqual(['noble', 'node', 'noble']);
    expect(candidatesFor(undefined).own).toBe(engines);
  });

  test('the node engine has what its node:crypto can do', () => {
    const { argon2, argon2Sync, scrypt, scryptSync } = nodeCrypto;
    const fails = () => {
      throw new Error('not supported');
    };
    const has = (crypto: Parameters<typeof nodeEngine>[0]) =>
      Object.entries(nodeEngine(crypto)).flatMap(([name, kdf]) => (kdf ? [name] : []));
    expect(has({ argon2, argon2Sync, scrypt, scryptSync })).toEqual(['argon2id', 'scrypt']);
    expect(has({ scrypt, scryptSync })).toEqual(['scrypt']);
    expect(has({ argon2, argon2Sync: fails, scrypt, scryptSync })).toEqual(['scrypt']);
    expect(has({ argon2, argon2Sync, scrypt, scryptSync: fails })).toEqual(['argon2id']);
    expect(has({})).toEqual([]);
  });
});
