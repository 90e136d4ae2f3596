import { tokenColumns, userColumns } from './floor-rows.js';

/** A statement that the server keeps prepared under its name. */
interface Named {
  readonly name: string;
  readonly text: string;
}

const named = (name: string, text: string): Named => ({ name: `floor_${name}`, text });

/** GCRA, as `Limit` of core documents it, on the row as it is. The arguments are texts of SQL. */
export const chargeSql = (
  key: string,
  first: string,
  unbelievable: string,
  now: string,
  refill: string,
  ceiling: string,
) => {
  const next = `case when l.arrival > ${unbelievable} then ${now} else greatest(l.arrival, ${now}) end + ${refill}`;
  return `insert into pwreset_limits as l (key, arrival) values (${key}, ${first})
    on conflict (key) do update set arrival = ${next} where ${next} <= ${ceiling}`;
};

/**
 * A row that is named by its key does not say what a partial index says, `state = 'pending'` for one: the planner would take
 * that index where it was empty at the last vacuum, and read all that has come into it since.
 */
export const floorSql = {
  charge: named('charge', chargeSql('$1', '$2', '$3', '$4', '$5', '$6')),

  enqueue: named(
    'enqueue',
    `insert into pwreset_jobs
       (id, kind, priority, state, unique_key, address, payload, attempt, created_at, due_at, expires_at)
     values ($1, $2, $3, 'pending', $4, $5, $6, 0, $7, $7, $8) on conflict do nothing`,
  ),

  claim: named(
    'claim',
    `update pwreset_jobs set attempt = attempt + 1, lease_until = $1
     where id = any (array(
       select id from pwreset_jobs
       where state = 'pending' and priority in (1, 2, 3) and due_at <= $2 and (lease_until is null or lease_until <= $2)
       order by priority, due_at limit $3 for update skip locked))
     returning id, kind, attempt, address, payload, expires_at`,
  ),

  finish: named(
    'finish',
    `update pwreset_jobs
     set state = 'done', lease_until = null, address = null, unique_key = null, payload = '{}', ended_at = $1
     where id = $2 and attempt = $3 and lease_until is not null`,
  ),

  findUser: named('find_user', `select ${userColumns} from pwreset_users u where u.realm = '' and u.address = $1`),

  findToken: named(
    'find_token',
    `select ${tokenColumns}, ${userColumns}
     from pwreset_tokens t join pwreset_users u on u.id = t.user_id where t.id = $1`,
  ),

  lockEnabled: named('lock_enabled', 'select 1 from pwreset_users where id = $1 and enabled for update'),

  issue: named(
    'issue',
    `insert into pwreset_tokens (id, purpose, user_id, service_id, secret_id, fingerprint, issued_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  ),

  useToken: named(
    'use_token',
    `update pwreset_tokens set used_at = $1, used_by = $2
     where id = $3 and coalesce(used_at, closed_at) is null and expires_at > $1`,
  ),

  /** Locks the user's row too, so that what follows sees all that was committed before. */
  setPassword: named(
    'set_password',
    `update pwreset_users set password = $1, password_require_update = false, updated_at = $2
     where id = $3 and password is not distinct from $4 and email = $5 and enabled`,
  ),

  closeTokens: named(
    'close_tokens',
    `update pwreset_tokens set closed_at = $1
     where user_id = $2 and purpose in ('reset', 'reset_code') and used_at is null and closed_at is null`,
  ),

  clearLimits: named('clear_limits', 'delete from pwreset_limits where key in ($1, $2, $3)'),

  record: named(
    'record',
    `insert into pwreset_audit (id, event, at, user_id, service_id, ip, user_agent) values ($1, $2, $3, $4, $5, $6, $7)`,
  ),
} as const;
