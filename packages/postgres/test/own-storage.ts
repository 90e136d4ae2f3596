import { directoryApplication } from '@pwreset/conformance';
import type { UserId } from '@pwreset/core';
import pg from 'pg';
import { type PostgresOptions, type PostgresStorage, postgresStorage } from '../src/index.js';
import type { Place } from './fresh-schema.js';

/** A storage on an empty place, with what edits its users past the port. Both last as long as the place. */
export interface OwnStorage {
  readonly place: Place;
  readonly storage: PostgresStorage;
  readonly pool: pg.Pool;
  readonly application: ReturnType<typeof directoryApplication>;
}

/** Opening takes longer than most tests: one storage serves a place for every test that leases it. */
export function ownStorages(
  lease: () => Promise<Place>,
  options: Omit<PostgresOptions, 'connection'> = {},
): () => Promise<OwnStorage> {
  const known = new Map<string, OwnStorage>();
  return async () => {
    const place = await lease();
    const own = known.get(place.schema) ?? (await open(place, options));
    known.set(place.schema, own);
    // A place is the same object at each lease of it.
    return own;
  };
}

async function open(place: Place, options: Omit<PostgresOptions, 'connection'>): Promise<OwnStorage> {
  const storage = await postgresStorage({ ...options, connection: place.url });
  const pool = new pg.Pool({ connectionString: place.url, allowExitOnIdle: true });
  const columns = { email: 'email', address: 'address', enabled: 'enabled', stored: 'password' } as const;
  const edit = async (id: UserId, edited: { readonly [Name in keyof typeof columns]?: unknown }): Promise<void> => {
    const names = (['email', 'address', 'enabled', 'stored'] as const).filter((name) => edited[name] !== undefined);
    const set = names.map((name, place) => `${columns[name]} = $${place + 2}`);
    await pool.query(`update pwreset_users set ${set.join()} where id = $1`, [
      id,
      ...names.map((name) => edited[name]),
    ]);
  };
  return { place, storage, pool, application: directoryApplication(storage, edit) };
}
