import type { BenchDatabase, DatabaseName } from './bench-database.js';
import { postgresDatabase } from './postgres-database.js';
import { type Server, startPostgres } from './postgres-server.js';
import { sqliteDatabase } from './sqlite-database.js';

/** Makes a database of so many rows, on the server that has this address. */
export type Setting = (rows: number, serverUrl: string) => Promise<BenchDatabase>;

/** The settings of each database that are compared, the one in which the least hides behind the disk first. */
export const settings: Readonly<Record<DatabaseName, readonly Setting[]>> = {
  sqlite: [async (rows) => sqliteDatabase('NORMAL', rows), async (rows) => sqliteDatabase('FULL', rows)],
  postgres: [(rows, serverUrl) => postgresDatabase(serverUrl, rows)],
};

/** What the settings of a database need to be there; SQLite needs nothing. */
export const startServer: Readonly<Record<DatabaseName, () => Promise<Server>>> = {
  sqlite: async () => ({ url: '', stop: async () => undefined }),
  postgres: () => startPostgres(),
};
