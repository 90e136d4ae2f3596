import type { ChangeNoticeMail, Mail, ResetCodeMail, ResetMail, RevokeNoticeMail } from '@pwreset/core';

const base = {
  messageId: 'job-1@acme.example',
  to: 'ann@example.com',
  name: 'Ann Example',
  locale: 'en-US',
  timezone: 'Etc/UTC',
  service: { name: 'Acme', url: 'https://acme.example' },
  at: Date.UTC(2026, 2, 14, 9, 26, 53),
  client: { ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
};

export const url =
  "https://acme.example/reset?lang=en&who=o'hara#token=0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefgh";

export const resetMail: ResetMail = { ...base, kind: 'reset', url, expiresAt: Date.UTC(2026, 2, 14, 10, 26, 53) };

export const code = 'K7QM2X9D';

export const resetCodeMail: ResetCodeMail = {
  ...base,
  kind: 'reset_code',
  url,
  expiresAt: Date.UTC(2026, 2, 14, 10, 26, 53),
  code,
  codeExpiresAt: Date.UTC(2026, 2, 14, 9, 36, 53),
};

export const changeNotice = (kind: ChangeNoticeMail['kind']): ChangeNoticeMail => ({
  ...base,
  kind,
  url,
  expiresAt: Date.UTC(2026, 2, 21, 9, 26, 53),
});

export const revokeNotice: RevokeNoticeMail = { ...base, kind: 'revoke_notice' };

export const everyMail: readonly Mail[] = [
  resetMail,
  resetCodeMail,
  changeNotice('reset_notice'),
  changeNotice('update_notice'),
  changeNotice('email_change_notice'),
  revokeNotice,
];
