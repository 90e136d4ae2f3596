export { comparableAddress } from './address.js';
export { checkCommit, checkLimits, concernedUsers, isGuard } from './commit-check.js';
export * from './entities.js';
export * from './errors.js';
export * from './events.js';
export { describeFault } from './fault.js';
export * from './ids.js';
export * from './jobs.js';
export { defaultLimitRules, type LimitRule, type LimitRules } from './limit-rules.js';
export * from './limits.js';
export { serviceLinks } from './links.js';
export * from './mail.js';
export type { DeliveryOptions, PwresetOptions, ServiceOptions } from './options.js';
export {
  defaultPasswordRules,
  nistPasswordRules,
  type PasswordReason,
  type PasswordRules,
  passwordReasons,
} from './password-policy.js';
export type * from './ports.js';
export { createPwreset } from './pwreset.js';
export type * from './pwreset-types.js';
export type { Secret } from './secrets.js';
export { defaultDelivery, defaultPurgeAgeMs, defaultResetLifetimeMs, defaultRevokeLifetimeMs } from './settings.js';
export * from './steps.js';
export type * from './storage.js';
export { systemClock } from './system-clock.js';
