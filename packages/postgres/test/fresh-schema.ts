import { createHash } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { migratePostgres } from '../src/index.js';
import { addressOf } from './start-postgres.js';

/** A schema of its own in the server of the tests, with empty tables. */
export interface Place {
  readonly schema: string;
  /** Connections to it find this schema and no other; the user is a superuser. */
  readonly url: string;
  /** Lets another test have it. */
  giveBack(): void;
}

export interface PlaceOptions {
  /** Makes tables of an application beside those of pwreset, which are there first. */
  readonly setup?: string;
}

const quoted = pg.escapeIdentifier;

/** Answers {@link Place}s. Each is made once and emptied at each use, so that a lease takes milliseconds. */
class Places {
  readonly #free = new Map<string, Place[]>();
  #made = 0;
  readonly #database: Promise<{ readonly url: string; readonly pool: pg.Pool }>;

  constructor(
    private readonly kind: string,
    serverUrl: string,
  ) {
    this.#database = openDatabase(serverUrl);
  }

  async lease({ setup = '' }: PlaceOptions): Promise<Place> {
    const free = this.#free.get(setup) ?? [];
    this.#free.set(setup, free);
    const place = free.pop() ?? (await this.#make(setup, free));
    await this.#empty(place.schema);
    return place;
  }

  async #make(setup: string, free: Place[]): Promise<Place> {
    const { url, pool } = await this.#database;
    this.#made += 1;
    const schema = `${this.kind}_${this.#made}`;
    const address = new URL(url);
    address.searchParams.set('options', `-c search_path=${schema}`);
    await pool.query(`create schema ${quoted(schema)}`);
    await migratePostgres({ connection: address.href });
    if (setup !== '') {
      const client = new pg.Client({ connectionString: address.href });
      await client.connect();
      await client.query(setup);
      await client.end();
    }
    const place: Place = { schema, url: address.href, giveBack: () => void free.push(place) };
    return place;
  }

  async #empty(schema: string): Promise<void> {
    const { pool } = await this.#database;
    const { rows } = await pool.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = $1 and tablename <> 'pwreset_migrations'",
      [schema],
    );
    const deletes = rows.map(({ name }) => `delete from ${quoted(schema)}.${quoted(name)}`);
    // As a replica, so that foreign keys do not ask for an order.
    await pool.query(['begin', 'set local session_replication_role = replica', ...deletes, 'commit'].join('; '));
  }
}

/** A database for this worker: what one does to its own does not hold up the others. */
async function openDatabase(serverUrl: string): Promise<{ readonly url: string; readonly pool: pg.Pool }> {
  const name = `${new URL(serverUrl).pathname.slice(1)}_w${process.env['VITEST_POOL_ID'] ?? '0'}`;
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  try {
    await server.query(`create database ${quoted(name)}`);
  } catch (error) {
    // An earlier file of this worker made it.
    if (!(error instanceof pg.DatabaseError) || error.code !== '42P04') throw error;
  } finally {
    await server.end();
  }
  const url = addressOf(serverUrl, name);
  return { url, pool: new pg.Pool({ connectionString: url, allowExitOnIdle: true }) };
}

/** Places for the tests of one file. `file` is its `import.meta.url`. */
export function placesFor(file: string): (options?: PlaceOptions) => Promise<Place> {
  const kind = `s${createHash('sha256').update(file).digest('hex').slice(0, 8)}`;
  const places = new Places(kind, inject('postgresUrl'));
  return (options = {}) => places.lease(options);
}

/** The same for tests that keep their schema until they end. */
export function freshSchemas(file: string): (options?: PlaceOptions) => Promise<Place> {
  const lease = placesFor(file);
  return async (options) => {
    const place = await lease(options);
    onTestFinished(() => place.giveBack());
    return place;
  };
}
