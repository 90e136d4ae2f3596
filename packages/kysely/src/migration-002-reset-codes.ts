/**
 * Codes, and where a reset mail's link may lead on request. The default is for instances of the release before, which may
 * still create services while the new one starts.
 */
export const resetCodes: readonly string[] = [
  "alter table pwreset_services add column reset_urls text not null default '[]'",

  // No release issued codes before this version; should two be open all the same, the newest is the one that counts.
  `update pwreset_tokens set closed_at = issued_at
where purpose = 'reset_code' and used_at is null and closed_at is null and exists (
  select 1 from pwreset_tokens as newer
  where newer.user_id = pwreset_tokens.user_id
    and newer.purpose = 'reset_code' and newer.used_at is null and newer.closed_at is null
    and (newer.issued_at, newer.id) > (pwreset_tokens.issued_at, pwreset_tokens.id)
)`,
  `create unique index pwreset_tokens_code on pwreset_tokens (user_id)
  where purpose = 'reset_code' and used_at is null and closed_at is null`,
];
