import { defaultRealm } from '@pwreset/core';
import type { Mapping, UserMapping } from '@pwreset/kysely';
import { expect, test } from 'vitest';
import { freshSchemas } from './fresh-schema.js';
import { startProxy } from './proxy.js';
import { address, connect, openStorage } from './support.js';

const freshSchema = freshSchemas(import.meta.url);

/** How many users there are, each with a code: enough that to look at all of them costs more than an index does. */
const many = 2000;

const codes = (ids: string) => `insert into pwreset_tokens
  select 'token ' || n, 'reset_code', ${ids}, 's', 'k', 'f', 1, 2, null, null, null from generate_series(1, ${many}) as n;
  analyze`;

/** What PostgreSQL does for a look-up of codes, in words. */
async function planOf(setup: string, rows: string, mapping: Mapping): Promise<string> {
  const { url } = await freshSchema({ setup });
  const client = await connect(url);
  await client.query(rows);
  const proxy = await startProxy(url);
  const storage = await openStorage({ connection: proxy.url, ...mapping });
  proxy.reset();
  expect(await storage.findCodes(defaultRealm, address('user7@example.com'))).toMatchObject([
    { user: { email: 'user7@example.com' }, code: { id: 'token 7' } },
  ]);
  const [sql = ''] = proxy.statements();
  await client.query('set plan_cache_mode = force_generic_plan');
  await client.query(`prepare look_up as ${sql}`);
  const values = sql.includes('$2') ? `'', 'user7@example.com'` : `'user7@example.com'`;
  const plan = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) execute look_up(${values})`);
  return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
}

const byIndex = /Index Scan using pwreset_tokens_(?:code|open) on pwreset_tokens t\n +Index Cond: \(\(?user_id = /;

test('a user and the open code are found by indexes', async () => {
  const rows = `insert into pwreset_users
    select 'id ' || n, '', 'user' || n || '@example.com', 'user' || n || '@example.com', true, '', '', '', '', true, false, 1, 1
    from generate_series(1, ${many}) as n; ${codes("'id ' || n")}`;
  const plan = await planOf('', rows, {});
  expect(plan).toMatch(/Index Scan using pwreset_users_address/);
  expect(plan).toMatch(byIndex);
  expect(plan).not.toMatch(/Seq Scan/);
});

const uuid = "('0d15ea5e-0000-4000-8000-' || lpad(n::text, 12, '0'))";

test.each<[string, UserMapping['id'], string, string]>([
  ['text that is compared without case', 'id', 'text collate any_case', "'Id ' || n"],
  ['integers', { column: 'id', as: 'integer', neverReused: true }, 'bigint', 'n'],
  ['UUIDs', { column: 'id', as: 'uuid' }, 'uuid', `${uuid}::uuid`],
])('and where the ids of users are %s', async (name, id, type, value) => {
  const setup = `
    create collation if not exists any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    create table people (id ${type} primary key, email text not null unique, active boolean not null);
    create table secrets (person ${type} primary key, value text not null)`;
  const text = name === 'UUIDs' ? uuid : `(${value})::text`;
  const rows = `
    insert into people select ${value}, 'user' || n || '@example.com', true from generate_series(1, ${many}) as n;
    insert into secrets select ${value}, '$hash' from generate_series(1, ${many}) as n;
    ${codes(text)}`;
  const password = { table: 'secrets', user: 'person', column: 'value' };
  const users: UserMapping = {
    table: 'people',
    id,
    email: { column: 'email', match: 'exact' },
    enabled: 'active',
    password,
  };
  const plan = await planOf(setup, rows, { users });
  expect(plan).toMatch(byIndex);
  expect(plan).not.toMatch(/Seq Scan/);
});
