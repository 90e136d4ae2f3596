import type { Database } from 'better-sqlite3';
import { type JobRow, type TokenRow, tokenColumns, type UserRow, userColumns } from './floor-rows.js';

/**
 * The fewest statements that keep the same promises: a guard and the change that it guards are one. Where SQLite would look
 * at a parameter's value to plan, it plans again at every use; the `+` before such a parameter spares that.
 */
export function sqliteFloorStatements(db: Database) {
  return {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    rollback: db.prepare('rollback'),

    /** key, first, then twice: unbelievable, now, now, refill; ceiling. Changes a row where the limit allows it. */
    charge: db.prepare<[string, number, number, number, number, number, number, number, number, number, number]>(
      `insert into pwreset_limits (key, arrival) values (?, ?)
       on conflict (key) do update
       set arrival = case when arrival > ? then ? else max(arrival, ?) end + ?
       where case when arrival > ? then ? else max(arrival, ?) end + ? <= ?`,
    ),

    enqueue: db.prepare<[string, string, number, string | null, string | null, string, number, number, number]>(
      `insert into pwreset_jobs
         (id, kind, priority, state, unique_key, address, payload, attempt, created_at, due_at, expires_at)
       values (?, ?, ?, 'pending', ?, ?, ?, 0, ?, ?, ?) on conflict do nothing`,
    ),

    claim: db.prepare<[number, number, number, number], JobRow>(
      `update pwreset_jobs set attempt = attempt + 1, lease_until = ?
       where rowid in (
         select rowid from pwreset_jobs
         where state = 'pending' and priority in (1, 2, 3) and due_at <= ?
           and (lease_until is null or lease_until <= ?)
         order by priority, due_at limit +?)
       returning id, kind, attempt, address, payload, expires_at`,
    ),

    finish: db.prepare<[number, string, number]>(
      `update pwreset_jobs
       set state = 'done', lease_until = null, address = null, unique_key = null, payload = '{}', ended_at = ?
       where id = ? and attempt = ? and state = 'pending' and lease_until is not null`,
    ),

    findUser: db.prepare<[string], UserRow>(
      `select ${userColumns} from pwreset_users u where u.realm = '' and u.address = ?`,
    ),

    findToken: db.prepare<[string], TokenRow>(
      `select ${tokenColumns}, ${userColumns}
       from pwreset_tokens t join pwreset_users u on u.id = t.user_id where t.id = +?`,
    ),

    /** For a user who is enabled still. */
    issueToEnabled: db.prepare<[string, string, string, string, string, number, number, string]>(
      `insert into pwreset_tokens
         (id, purpose, user_id, service_id, secret_id, fingerprint, issued_at, expires_at)
       select ?, ?, id, ?, ?, ?, ?, ? from pwreset_users where id = ? and enabled = 1`,
    ),

    issue: db.prepare<[string, string, string, string, string, string, number, number]>(
      `insert into pwreset_tokens
         (id, purpose, user_id, service_id, secret_id, fingerprint, issued_at, expires_at)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),

    useToken: db.prepare<[number, string, string, number]>(
      `update pwreset_tokens set used_at = ?, used_by = ?
       where id = ? and used_at is null and closed_at is null and expires_at > ?`,
    ),

    setPassword: db.prepare<[string, number, string, string | null, string]>(
      `update pwreset_users set password = ?, password_require_update = 0, updated_at = ?
       where id = ? and password is ? and email = ? and enabled = 1`,
    ),

    closeTokens: db.prepare<[number, string]>(
      `update pwreset_tokens set closed_at = ?
       where user_id = ? and purpose in ('reset', 'reset_code') and used_at is null and closed_at is null`,
    ),

    clearLimits: db.prepare<[string, string, string]>('delete from pwreset_limits where key in (?, ?, ?)'),

    record: db.prepare<[string, string, number, string, string, string, string]>(
      `insert into pwreset_audit (id, event, at, user_id, service_id, ip, user_agent) values (?, ?, ?, ?, ?, ?, ?)`,
    ),
  };
}
