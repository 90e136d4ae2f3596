import { type KeyId, serviceLinks } from '@pwreset/core';
import type { DirectoryWorld } from './flow-world.js';

/** Those of a second service. */
export const links = serviceLinks({
  reset: 'https://b.example/?t={{token}}',
  revoke: 'https://b.example/no?t={{token}}',
});

/** A key of Ann's, with the value that is shown once. */
export async function keyFor(world: DirectoryWorld): Promise<{ readonly id: KeyId; readonly value: string }> {
  const { key, value } = await world.pwreset.keys.create({ type: 'TOKEN', name: 'phone', userId: world.ann.id });
  return { id: key.id, value };
}
