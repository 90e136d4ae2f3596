import { chargeSql } from './floor-postgres-sql.js';
import { tokenColumns, userColumns } from './floor-rows.js';

const charge = (limit: string): string =>
  chargeSql(
    `p_${limit}_key`,
    `p_${limit}_first`,
    `p_${limit}_unbelievable`,
    'p_now',
    `p_${limit}_refill`,
    `p_${limit}_ceiling`,
  );

const limitParameters = (limit: string): string =>
  `p_${limit}_key text, p_${limit}_first bigint, p_${limit}_unbelievable bigint, p_${limit}_refill bigint, p_${limit}_ceiling bigint`;

const enqueue = (
  id: string,
  kind: string,
  priority: number,
  key: string,
  address: string,
  payload: string,
  end: string,
) =>
  `insert into pwreset_jobs
     (id, kind, priority, state, unique_key, address, payload, attempt, created_at, due_at, expires_at)
   values (${id}, '${kind}', ${priority}, 'pending', ${key}, ${address}, ${payload}, 0, p_now, p_now, ${end})
   on conflict do nothing;`;

const issueAndRecord = (purpose: string, event: string): string => `
  insert into pwreset_tokens (id, purpose, user_id, service_id, secret_id, fingerprint, issued_at, expires_at)
  values (p_token, '${purpose}', p_user, p_service, p_secret, p_fingerprint, p_issued_at, p_expires_at);
  insert into pwreset_audit (id, event, at, user_id, service_id, ip, user_agent)
  values (p_attempt, '${event}', p_now, p_user, p_service, p_ip, p_agent);`;

const issueParameters = `p_user text, p_token text, p_service text, p_secret text, p_fingerprint text,
  p_issued_at bigint, p_expires_at bigint, p_attempt text, p_ip text, p_agent text, p_now bigint`;

const lost = (why: string): string => `if not found then raise exception '${why}'; end if;`;

/**
 * What a hand-written function for each commit looks like. Each of its statements sees what was committed before it, so the
 * rows' locks work as they do between statements of a client.
 */
export const floorFunctions: readonly string[] = [
  `create function pwreset_floor_begin(${limitParameters('ip')}, ${limitParameters('address')},
     p_job text, p_key text, p_address text, p_payload text, p_end bigint, p_now bigint)
   returns boolean language plpgsql as $$ begin
     ${charge('ip')};
     if not found then return false; end if;
     ${charge('address')};
     if found then ${enqueue('p_job', 'begin', 3, 'p_key', 'p_address', 'p_payload', 'p_end')} end if;
     return true;
   end $$`,

  `create function pwreset_floor_issue(p_begun text, p_begun_attempt integer, ${issueParameters},
     p_mail text, p_payload text, p_end bigint)
   returns void language plpgsql as $$ begin
     update pwreset_jobs
     set state = 'done', lease_until = null, address = null, unique_key = null, payload = '{}', ended_at = p_now
     where id = p_begun and attempt = p_begun_attempt and lease_until is not null;
     ${lost('lost')}
     perform 1 from pwreset_users where id = p_user and enabled for update;
     ${lost('disabled')}
     ${issueAndRecord('reset', 'reset_begun')}
     ${enqueue('p_mail', 'mail', 2, 'null', 'null', 'p_payload', 'p_end')}
   end $$`,

  `create function pwreset_floor_open(${limitParameters('ip')}, p_token text, p_now bigint)
   returns table (token_id text, purpose text, service_id text, fingerprint text, expires_at bigint, used_at bigint,
     closed_at bigint, id text, email text, enabled boolean, password text, password_allow_reset boolean, locale text,
     timezone text, created_at bigint)
   language plpgsql as $$
   #variable_conflict use_column
   begin
     ${charge('ip')};
     ${lost('too many requests')}
     return query select ${tokenColumns}, ${userColumns}
       from pwreset_tokens t join pwreset_users u on u.id = t.user_id where t.id = p_token;
   end $$`,

  `create function pwreset_floor_set_password(p_used text, p_hash text, p_password text, p_email text, ${issueParameters},
     p_notice text, p_payload text, p_end bigint, p_moot_1 text, p_moot_2 text, p_moot_3 text)
   returns void language plpgsql as $$ begin
     update pwreset_users set password = p_hash, password_require_update = false, updated_at = p_now
     where id = p_user and password is not distinct from p_password and email = p_email and enabled;
     ${lost('changed')}
     update pwreset_tokens set used_at = p_now, used_by = p_attempt
     where id = p_used and coalesce(used_at, closed_at) is null and expires_at > p_now;
     ${lost('used')}
     update pwreset_tokens set closed_at = p_now
     where user_id = p_user and purpose in ('reset', 'reset_code') and used_at is null and closed_at is null;
     ${issueAndRecord('revoke', 'password_reset')}
     ${enqueue('p_notice', 'notice', 1, 'null', 'p_email', 'p_payload', 'p_end')}
     delete from pwreset_limits where key in (p_moot_1, p_moot_2, p_moot_3);
   end $$`,
];
