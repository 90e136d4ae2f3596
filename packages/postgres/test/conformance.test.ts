import { testDirectory, testStorage } from '@pwreset/conformance';
import { describe, test } from 'vitest';
import { placesFor } from './fresh-schema.js';
import { ownStorages } from './own-storage.js';

const places = placesFor(import.meta.url);

describe.each([
  { how: 'in one call', routine: true },
  { how: 'statement by statement', routine: false },
])('$how', ({ routine }) => {
  const lease = ownStorages(places, { routine });
  const factory = async () => {
    const { storage, application, place } = await lease();
    return { storage, application, dispose: async () => place.giveBack() };
  };
  testStorage({ test, factory });
  testDirectory({ test, factory });
});
