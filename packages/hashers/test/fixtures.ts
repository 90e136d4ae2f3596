import type { Hasher, Random } from '@pwreset/core';
import { argon2idAlgorithm, scryptAlgorithm } from '../src/algorithms.js';
import { engines, findKdf } from '../src/engine.js';
import { createHasher } from '../src/hasher.js';
import type { Kdfs } from '../src/kdf.js';
import { type Derive, phcScheme } from '../src/scheme.js';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Every engine with both algorithms, as opened in this runtime. */
export const openEngines = engines.map(({ name }) => {
  const own = engines.filter((engine) => engine.name === name);
  const kdfs = { argon2id: findKdf('argon2id', own), scrypt: findKdf('scrypt', own) } satisfies Kdfs;
  return { name, kdfs };
});

export const cheapArgon2id = { m: 16, t: 2, p: 2 };
export const cheapScrypt = { ln: 4, r: 2, p: 2 };

const first = { argon2id: findKdf('argon2id', engines), scrypt: findKdf('scrypt', engines) };

/** Hashers with parameters that the public functions refuse. */
export function argon2idHasher(costs = cheapArgon2id, { argon2id, scrypt } = first, random?: Random): Hasher {
  const others = [phcScheme(scryptAlgorithm, scrypt)];
  return createHasher({ scheme: phcScheme(argon2idAlgorithm, argon2id), costs, others, random });
}

export function scryptHasher(costs = cheapScrypt, { argon2id, scrypt } = first, random?: Random): Hasher {
  const others = [phcScheme(argon2idAlgorithm, argon2id)];
  return createHasher({ scheme: phcScheme(scryptAlgorithm, scrypt), costs, others, random });
}

/** Derives nothing, and remembers what it was asked. */
export function recordingDerive() {
  const calls: Parameters<Derive<never>>[0][] = [];
  const derive = async (input: Parameters<Derive<never>>[0]) => {
    calls.push(input);
    return new Uint8Array(input.length).fill(1);
  };
  return { calls, derive };
}
