import type { Database } from 'better-sqlite3';

/**
 * Fills empty tables with users, and with as many tokens, jobs and audit rows that have ended. The times count up to `now`;
 * rows with random keys go in sorted by them.
 */
export function fillSqlite(db: Database, rows: number, now: number): void {
  // Nothing of this needs to survive, and nobody else reads it yet.
  const synchronous = db.pragma('synchronous', { simple: true });
  const cacheSize = db.pragma('cache_size', { simple: true });
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -1000000');
  db.transaction(() => {
    db.prepare(
      `with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n + 1 < ?)
       insert into pwreset_users
         (id, realm, email, address, enabled, name, locale, timezone, password,
          password_allow_reset, password_require_update, created_at, updated_at)
       select lower(hex(randomblob(16))), '', 'user' || n || '@example.com', 'user' || n || '@example.com', 1,
         'User ' || n, 'en', 'Etc/UTC', '$free$correct horse', 1, 0, ? - n, ? - n
       from numbers`,
    ).run(rows, now, now);
    db.prepare(
      `insert into pwreset_tokens
         (id, purpose, user_id, service_id, secret_id, fingerprint, issued_at, expires_at, used_at, used_by)
       select lower(hex(randomblob(10))) as id, 'reset', id, 'default', 'gone', lower(hex(randomblob(16))),
         created_at - 3600000, created_at, created_at - 60000, lower(hex(randomblob(16)))
       from pwreset_users order by 1`,
    ).run();
    db.prepare(
      `insert into pwreset_jobs
         (id, kind, priority, state, payload, attempt, created_at, due_at, expires_at, ended_at)
       select lower(hex(randomblob(16))) as id, 'mail', 2, 'done', '{}', 1,
         created_at - 3600000, created_at - 3600000, created_at, created_at - 3500000
       from pwreset_users`,
    ).run();
    db.prepare(
      `insert into pwreset_audit (id, event, at, user_id, service_id, ip, user_agent)
       select lower(hex(randomblob(16))) as id, 'password_reset', created_at - 60000, id, 'default', '192.0.2.1', 'bench'
       from pwreset_users order by 1`,
    ).run();
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma(`cache_size = ${String(cacheSize)}`);
  db.pragma(`synchronous = ${String(synchronous)}`);
}
