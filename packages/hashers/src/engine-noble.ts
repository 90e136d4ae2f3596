import { argon2idAsync } from '@noble/hashes/argon2.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import type { Argon2idInput, Kdfs, ScryptInput } from './kdf.js';

/** How long it computes before it lets the event loop turn, in milliseconds. */
const asyncTick = 10;

/** Plain JavaScript, for every runtime. */
export const nobleEngine = {
  argon2id: ({ password, salt, m, t, p, length, secret, associatedData }: Argon2idInput) =>
    argon2idAsync(password, salt, {
      m,
      t,
      p,
      dkLen: length,
      asyncTick,
      ...(secret && { key: secret }),
      ...(associatedData && { personalization: associatedData }),
    }),
  scrypt: ({ password, salt, ln, r, p, length }: ScryptInput) =>
    scryptAsync(password, salt, { N: 2 ** ln, r, p, dkLen: length, asyncTick }),
} satisfies Kdfs;
