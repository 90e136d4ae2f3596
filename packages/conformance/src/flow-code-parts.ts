import assert from 'node:assert/strict';
import {
  comparableAddress,
  defaultRealm,
  PwresetError,
  type PwresetOptions,
  serviceLinks,
  type Token,
} from '@pwreset/core';
import { refuses } from './flow-checks.js';
import { ann, newPassword, second, type World } from './flow-world.js';

/** A second service of the same users, as the configuration of another server. */
export const otherService = {
  id: 'other',
  name: 'Other',
  url: 'https://other.example',
  links: serviceLinks({ reset: 'https://other.example/?t={{token}}', revoke: 'https://other.example/no?t={{token}}' }),
};

/** The code that is open for an address, as its row. */
export async function openCode({ storage }: World, email: string = ann): Promise<Token | null> {
  const address = comparableAddress(email);
  assert.ok(address !== null);
  const found = await storage.findCodes(defaultRealm, address);
  return found.find((each) => comparableAddress(each.user.email) === address)?.code ?? null;
}

/** A code of the same shape that is another one. */
export const wrongCode = (code = '00000000'): string => (code.startsWith('0') ? '1' : '0') + code.slice(1);

/** Tries a code and answers everything that the caller learns of its refusal. */
export async function guessed(
  world: World,
  input: { readonly email: string; readonly code?: string },
): Promise<readonly unknown[]> {
  const given = { code: wrongCode(), newPassword, ...input };
  const outcome = await world.pwreset.confirmCodeReset(given).catch((error: unknown) => error);
  assert.ok(outcome instanceof PwresetError, `a guess ended in ${String(outcome)}`);
  return [outcome.name, ...Object.entries(outcome), outcome.message];
}

/** A budget that does not run out, to see the one for life. */
export const manyGuesses: Partial<PwresetOptions> = {
  limits: { code_guess_by_address: { capacity: 1_000, refillMs: second } },
};

/** Tries wrong codes, each of which is refused as one. */
export async function guess(world: World, times: number, email: string = ann): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await refuses(world.pwreset.confirmCodeReset({ email, code: wrongCode(), newPassword }), 'invalid_token');
  }
}
