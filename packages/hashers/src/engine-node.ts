import type * as nodeCrypto from 'node:crypto';
import type { Argon2idInput, Kdfs, ScryptInput } from './kdf.js';

/** The part of node:crypto in use; Node before 24.7 and other runtimes have less of it. */
export type NodeCrypto = Partial<Pick<typeof nodeCrypto, 'argon2' | 'argon2Sync' | 'scrypt' | 'scryptSync'>>;

/**
 * A static import of node:crypto would keep the package from loading where there is none, and a dynamic one would make
 * constructing a hasher asynchronous. Node has had this function since 22.3.
 */
function loadNodeCrypto(): NodeCrypto | undefined {
  return globalThis.process?.getBuiltinModule?.('node:crypto');
}

/** Native code on the thread pool of libuv. */
export function nodeEngine(crypto: NodeCrypto | undefined = loadNodeCrypto()): Kdfs {
  return { argon2id: argon2idOf(crypto), scrypt: scryptOf(crypto) };
}

function argon2idOf({ argon2, argon2Sync }: NodeCrypto = {}): Kdfs['argon2id'] {
  if (!argon2 || !argon2Sync) return undefined;
  const message = new Uint8Array(8);
  // A Node that was built against another OpenSSL has the function and throws from it.
  if (
    !works(() =>
      argon2Sync('argon2id', { message, nonce: message, memory: 8, passes: 1, parallelism: 1, tagLength: 4 }),
    )
  )
    return undefined;
  return ({ password, salt, m, t, p, length, secret, associatedData }: Argon2idInput) =>
    new Promise((resolve, reject) => {
      argon2(
        'argon2id',
        {
          message: password,
          nonce: salt,
          memory: m,
          passes: t,
          parallelism: p,
          tagLength: length,
          secret,
          associatedData,
        },
        (error, output) => (error ? reject(error) : resolve(new Uint8Array(output))),
      );
    });
}

function scryptOf({ scrypt, scryptSync }: NodeCrypto = {}): Kdfs['scrypt'] {
  // In FIPS mode the function is there and throws.
  if (!scrypt || !scryptSync || !works(() => scryptSync('', '', 1, { N: 2, r: 1, p: 1 }))) return undefined;
  return ({ password, salt, ln, r, p, length }: ScryptInput) =>
    new Promise((resolve, reject) => {
      const N = 2 ** ln;
      // What OpenSSL counts: N + 2 blocks of work space, and p blocks of input.
      const maxmem = 128 * r * (N + p + 2);
      scrypt(password, salt, length, { N, r, p, maxmem }, (error, output) =>
        error ? reject(error) : resolve(new Uint8Array(output)),
      );
    });
}

function works(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
