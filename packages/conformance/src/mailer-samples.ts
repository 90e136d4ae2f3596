import type { Mail, MailKind } from '@pwreset/core';

/** 300 characters, with everything in them that encodings of mails, lines of 76 characters and SMTP could spoil. */
export const longUrl = (token: string): string =>
  `https://shop.example/..reset?from=mail&and=3D&dots=${'.'.repeat(30)}&mark=%40&space=%20&=&x=${'-'.repeat(100)}`
    .padEnd(299 - token.length, 'y')
    .concat('#', token);

/** A text of 50 letters and digits, as links end in, for each number. */
export const tokenOf = (n: number): string => `${n}`.padStart(4, '0').padStart(50, '0123456789abcdefghjkmnpqrstvwxyz');

/** A code for each number. */
export const codeOf = (n: number): string => `${n}`.padStart(8, 'K7QM2X9D');

const base = (n: number) => ({
  messageId: `job-${n}.0123456789@shop.example`,
  to: `user${n}@example.com`,
  name: `User ${n}`,
  locale: 'en',
  timezone: 'Etc/UTC',
  service: { name: 'Shop', url: 'https://shop.example' },
  at: Date.UTC(2026, 2, 29, 1, 30, 7, 123),
  client: { ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' },
});

type Columns = Partial<ReturnType<typeof base>>;

/** A mail that nothing can be written to: it belongs to the caller. The same number gives the same mail. */
export function mailOf(kind: MailKind, n: number, columns: Columns = {}): Mail {
  const common = { ...base(n), ...columns };
  Object.freeze(common.service);
  Object.freeze(common.client);
  if (kind === 'revoke_notice') return Object.freeze({ ...common, kind });
  const expiresAt = common.at + 3_600_000;
  const url = longUrl(tokenOf(n));
  if (kind !== 'reset_code') return Object.freeze({ ...common, kind, url, expiresAt });
  return Object.freeze({ ...common, kind, url, expiresAt, code: codeOf(n), codeExpiresAt: common.at + 600_000 });
}

/** A notice whose link could not be derived any more. */
export function noticeWithoutLink(n: number): Mail {
  return Object.freeze({ ...base(n), kind: 'reset_notice', url: null, expiresAt: base(n).at + 3_600_000 });
}
