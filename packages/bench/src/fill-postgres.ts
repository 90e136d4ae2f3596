import type { Pool } from 'pg';

const hex = (length: number): string => `left(replace(gen_random_uuid()::text, '-', ''), ${length})`;

/** As `fillSqlite`: users, and as many tokens, jobs and audit rows that have ended. */
export async function fillPostgres(pool: Pool, rows: number, now: number): Promise<void> {
  await pool.query(
    `insert into pwreset_users
       (id, realm, email, address, enabled, name, locale, timezone, password,
        password_allow_reset, password_require_update, created_at, updated_at)
     select gen_random_uuid()::text, '', 'user' || n || '@example.com', 'user' || n || '@example.com', true,
       'User ' || n, 'en', 'Etc/UTC', '$free$correct horse', true, false, $2::bigint - n, $2::bigint - n
     from generate_series(0, $1::integer - 1) n`,
    [rows, now],
  );
  await pool.query(
    `insert into pwreset_tokens
       (id, purpose, user_id, service_id, secret_id, fingerprint, issued_at, expires_at, used_at, used_by)
     select ${hex(20)}, 'reset', id, 'default', 'gone', ${hex(32)},
       created_at - 3600000, created_at, created_at - 60000, ${hex(32)}
     from pwreset_users`,
  );
  await pool.query(
    `insert into pwreset_jobs
       (id, kind, priority, state, payload, attempt, created_at, due_at, expires_at, ended_at)
     select gen_random_uuid()::text, 'mail', 2, 'done', '{}', 1,
       created_at - 3600000, created_at - 3600000, created_at, created_at - 3500000
     from pwreset_users`,
  );
  await pool.query(
    `insert into pwreset_audit (id, event, at, user_id, service_id, ip, user_agent)
     select gen_random_uuid()::text, 'password_reset', created_at - 60000, id, 'default', '192.0.2.1', 'bench'
     from pwreset_users`,
  );
  await pool.query('vacuum analyze pwreset_users, pwreset_tokens, pwreset_jobs, pwreset_audit');
  await pool.query('checkpoint');
}
