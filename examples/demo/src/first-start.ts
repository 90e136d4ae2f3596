import {
  type CreateServiceInput,
  createPwreset,
  type DirectoryPwreset,
  type DirectoryStorage,
  PwresetError,
  type PwresetOptions,
} from '@pwreset/core';
import { freshSecret, type KeptState, keepFirst, replaceKept } from './kept-state.js';

async function isKnown(pwreset: DirectoryPwreset, { id, key }: KeptState['service']): Promise<boolean> {
  try {
    return (await pwreset.services.authenticate(key)).id === id;
  } catch (error) {
    if (error instanceof PwresetError && error.code === 'invalid_key') return false;
    throw error;
  }
}

/**
 * The secret, and the service with its key: those that were kept, where the database knows them; otherwise it creates a
 * service, as `sso-cli create-service-with-key` does, and keeps it.
 */
export async function serviceState(given: {
  readonly parts: Omit<PwresetOptions<DirectoryStorage>, 'secret'>;
  readonly secretsFile: string;
  readonly kept: KeptState | null;
  readonly service: CreateServiceInput;
}): Promise<KeptState> {
  const { parts, secretsFile, kept } = given;
  const secret = kept?.secret ?? freshSecret();
  const pwreset = createPwreset({ ...parts, secret, delivery: 'manual' });
  if (kept !== null && (await isKnown(pwreset, kept.service))) return kept;
  const { service, value } = await pwreset.services.createWithKey(given.service);
  const state = { secret, service: { id: service.id, key: value } };
  if (kept === null) return keepFirst(secretsFile, state);
  replaceKept(secretsFile, state);
  return state;
}
