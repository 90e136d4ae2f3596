import type { ResetMail } from '@pwreset/core';

/** 300 characters, with everything in it that quoted-printable or SMTP could spoil. */
export const longUrl = `https://acme.example/..reset?a=b&c=3D${'.'.repeat(20)}&e=f%40g=${'-x='.repeat(60)}`
  .padEnd(249, 'y')
  .concat('#0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefgh');

export const token = '0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefgh';

export const resetMail: ResetMail = {
  kind: 'reset',
  messageId: '0b9f6c1e-5b0e-4c40-9c43-3e9d3f1c1a11@acme.example',
  to: 'ann@example.com',
  name: 'Ann',
  locale: 'en-GB',
  timezone: 'Europe/London',
  service: { name: 'Acme', url: 'https://acme.example' },
  at: Date.UTC(2026, 2, 14, 9, 26, 53),
  expiresAt: Date.UTC(2026, 2, 14, 10, 26, 53),
  client: { ip: '192.0.2.7', userAgent: null },
  url: longUrl,
};

export const never = (): AbortSignal => new AbortController().signal;
