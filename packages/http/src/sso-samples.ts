import { sampleValues } from './route-docs.js';

/** What the examples of this dialect are about. */
const at = '2026-01-01T00:00:00.000Z';

export const ann = {
  email: 'ann@example.com',
  password: 'correct horse battery',
  next: 'staple staple staple',
} as const;

export const sampleUser = {
  created_at: at,
  updated_at: at,
  id: sampleValues.userId,
  is_enabled: true,
  name: 'Ann',
  email: ann.email,
  locale: 'en',
  timezone: 'Etc/UTC',
  password_allow_reset: true,
  password_require_update: false,
} as const;

export const sampleKey = {
  created_at: at,
  updated_at: at,
  id: sampleValues.keyId,
  is_enabled: true,
  is_revoked: false,
  type: 'TOKEN',
  name: 'laptop',
  service_id: sampleValues.serviceId,
  user_id: sampleValues.userId,
} as const;

export const sampleMeta = { password_strength: 4 } as const;
