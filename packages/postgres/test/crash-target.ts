import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CrashRow, CrashTarget } from '@pwreset/conformance';
import pg from 'pg';
import { build } from 'tsup';
import { migratePostgres } from '../src/index.js';
import { crashDatabase } from './crash-database.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const tables = ['users', 'keys', 'tokens', 'jobs', 'limits', 'audit', 'services'].map((name) => `pwreset_${name}`);

/** Counts whose sessions are on the schema's address; they bear its name. */
const sessions = 'select count(*)::int as count from pg_stat_activity where application_name = $1';
const pollMs = 2;
const waiting = `${sessions} and wait_event_type = 'Lock'`;

/**
 * Databases are schemas, used again and again, in the database at `serverUrl`. The program is in one file: it is started
 * hundreds of times.
 */
export async function postgresTarget(
  serverUrl: string,
  { routine }: { readonly routine: boolean },
): Promise<CrashTarget & { dispose(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-crash-'));
  symlinkSync(here('../node_modules'), join(folder, 'node_modules'));
  await build({
    entry: [here('crash-child.ts')],
    outDir: folder,
    format: 'esm',
    target: 'node22',
    external: ['pg'],
    config: false,
    silent: true,
  });
  const pool = new pg.Pool({ connectionString: serverUrl });
  const kind = `crash_${routine ? 'routine' : 'statements'}`;
  let count = 0;
  const free: string[] = [];
  const schemaOf = (database: string): string => new URL(database).searchParams.get('application_name') ?? '';

  async function create(): Promise<string> {
    count += 1;
    const schema = `${kind}_${count}`;
    await pool.query(`create schema ${schema}`);
    const address = new URL(serverUrl);
    address.searchParams.set('options', `-c search_path=${schema}`);
    address.searchParams.set('application_name', schema);
    await migratePostgres({ connection: address.href });
    return address.href;
  }

  return {
    ...crashDatabase(routine),
    program: [join(folder, 'crash-child.js'), routine ? 'routine' : 'statements'],
    lanes: 3,
    create,
    async copy(database) {
      const made = free.pop() ?? (await create());
      const [from, to] = [schemaOf(database), schemaOf(made)];
      const statements = tables.flatMap((table) => [
        `delete from ${to}.${table}`,
        `insert into ${to}.${table} select * from ${from}.${table}`,
      ]);
      await pool.query(['begin', ...statements, 'commit'].join('; '));
      return made;
    },
    async drop(database) {
      free.push(database);
    },
    async quiet(database) {
      while ((await countOf(pool, sessions, schemaOf(database))) > 0) await sleep(pollMs);
    },
    async read(database) {
      const rows = async (table: string): Promise<readonly CrashRow[]> =>
        (await pool.query<CrashRow>(`select * from ${schemaOf(database)}.pwreset_${table}`)).rows;
      return {
        users: await rows('users'),
        keys: await rows('keys'),
        tokens: await rows('tokens'),
        jobs: await rows('jobs'),
        audit: await rows('audit'),
      };
    },
    async moveUser(database, id, email) {
      const users = `${schemaOf(database)}.pwreset_users`;
      await pool.query(`update ${users} set email = $1, address = $1 where id = $2`, [email, id]);
    },
    async interrupt(database) {
      await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1
         order by state = 'active' desc limit 1`,
        [schemaOf(database)],
      );
    },
    async hold(database, id) {
      const schema = schemaOf(database);
      const holder = await pool.connect();
      await holder.query('begin');
      await holder.query(`select from ${schema}.pwreset_users where id = $1 for update`, [id]);
      return {
        async waited() {
          while ((await countOf(pool, waiting, schema)) === 0) await sleep(pollMs);
        },
        async endWaiting() {
          await pool.query(
            `select pg_terminate_backend(pid, 5000) from pg_stat_activity
             where application_name = $1 and wait_event_type = 'Lock'`,
            [schema],
          );
        },
        async release() {
          await holder.query('rollback');
          holder.release();
        },
      };
    },
    async dispose() {
      rmSync(folder, { recursive: true, force: true });
      await pool.end();
    },
  };
}

async function countOf(pool: pg.Pool, query: string, schema: string): Promise<number> {
  const { rows } = await pool.query<{ readonly count: number }>(query, [schema]);
  return rows[0]?.count ?? 0;
}
