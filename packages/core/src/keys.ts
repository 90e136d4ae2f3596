import { callOf } from './call.js';
import type { Context } from './context.js';
import { type Key, keyTypes } from './entities.js';
import { InvalidInput, PwresetError } from './errors.js';
import { keyId, type ServiceId, type UserId } from './ids.js';
import { keyDigest, newKeyValue, presentedKeyDigest } from './key-value.js';
import { audit } from './notices.js';
import { publicUser } from './public-user.js';
import type { CreatedKey, CreateKeyInput, Keys } from './pwreset-types.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import { createKey, type NewKey, record, requireEnabled } from './steps.js';
import type { Directory } from './storage.js';
import { checkName } from './user-fields.js';
import { existingUser } from './users.js';
import { uuid } from './uuid.js';

const invalidKey = (): PwresetError<'invalid_key'> => new PwresetError('invalid_key', 'the key is not valid');

/** A key with the value that is shown once. */
export function newKey(
  context: Context,
  fields: Pick<Key, 'type' | 'name' | 'enabled'> & { readonly serviceId: ServiceId; readonly userId: UserId | null },
  now: number,
): { readonly key: NewKey; readonly value: string } {
  const value = newKeyValue(context.random);
  const id = keyId(uuid(context.random));
  return {
    key: { id, ...fields, revoked: false, createdAt: now, updatedAt: now, digest: keyDigest(value) },
    value,
  };
}

/** The key as it is shown: without its digest. */
export const publicKey = ({ digest: _, ...key }: NewKey): Key => key;

export function keys(context: Context, directory: Directory): Keys {
  return {
    create: (input) => create(context, input),
    get: (id) => directory.findKey(id),
    list: (id) => directory.listKeys(id),
    async verify(value, input) {
      const call = callOf(context, 'manage', input ?? {});
      const digest = presentedKeyDigest(value);
      const found = digest === null ? null : await directory.findKeyByDigest(digest);
      if (found === null || found.user === null || !found.user.enabled) throw invalidKey();
      const { key, user } = found;
      if (!key.enabled || key.revoked || key.serviceId !== call.serviceId) throw invalidKey();
      return { key, user: publicUser(user) };
    },
  };
}

async function create(context: Context, input: CreateKeyInput): Promise<CreatedKey> {
  const call = callOf(context, 'manage', input);
  const { type, userId = null, enabled = true } = input;
  if (!keyTypes.includes(type)) throw new InvalidInput('type', 'malformed');
  const name = checkName(input.name);
  if (userId !== null) await existingUser(context, userId);

  const now = context.clock.now();
  const attempt = newAttempt(context);
  const { key, value } = newKey(context, { type, name, enabled, serviceId: call.serviceId, userId }, now);
  const result = await commitSettled(context, call.flow, attempt, [
    // Whoever is disabled is given no key, so that a revoke leaves none behind that works again later (P6).
    ...(userId === null ? [] : [requireEnabled(userId)]),
    createKey(key),
    record(audit(attempt, 'key_created', userId, call, now)),
  ]);
  if (result.outcome !== 'applied') throw new PwresetError('user_not_found', 'there is no enabled user with this id');
  return { key: publicKey(key), value };
}

/** The enabled key of a service with this value. @throws {@link PwresetError} `invalid_key` */
export async function serviceKey(directory: Directory, value: unknown): Promise<Key> {
  const digest = presentedKeyDigest(value);
  const found = digest === null ? null : await directory.findKeyByDigest(digest);
  if (found === null || found.key.userId !== null || !found.key.enabled || found.key.revoked) throw invalidKey();
  return found.key;
}
