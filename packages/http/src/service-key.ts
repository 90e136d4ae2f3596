import { type DirectoryPwreset, type Pwreset, PwresetError, type ServiceId } from '@pwreset/core';

/** Says which service has a key with this value; `null` for none, and for one that is disabled. */
export type ServiceOf = (key: string) => Promise<ServiceId | null>;

/** More than any key. */
const maxKeyLength = 1_000;

const hasServices = (pwreset: Pwreset): pwreset is DirectoryPwreset => 'services' in pwreset;

/** The service that has this key: as the application says, else as the Directory knows. Without either nobody has a key. */
export async function serviceOfKey(
  pwreset: Pwreset,
  key: string,
  serviceOf: ServiceOf | undefined,
): Promise<ServiceId | null> {
  if (key === '' || key.length > maxKeyLength) return null;
  if (serviceOf !== undefined) return serviceOf(key);
  if (!hasServices(pwreset)) return null;
  try {
    const { id } = await pwreset.services.authenticate(key);
    return id;
  } catch (error) {
    if (error instanceof PwresetError && error.code === 'invalid_key') return null;
    throw error;
  }
}
