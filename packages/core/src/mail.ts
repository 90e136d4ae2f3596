import type { Client } from './entities.js';

export const mailKinds = [
  'reset',
  'reset_code',
  'reset_notice',
  'update_notice',
  'email_change_notice',
  'revoke_notice',
] as const;
export type MailKind = (typeof mailKinds)[number];

interface MailBase {
  /** Stable over every attempt to deliver this mail, without angle brackets: `id@host` (RFC 5322, section 3.6.4). */
  readonly messageId: string;
  /** The address that was stored for the user. */
  readonly to: string;
  /** The user's name; empty where there is none. */
  readonly name: string;
  /** BCP 47 language tag. */
  readonly locale: string;
  /** IANA time zone, for the times in the text. */
  readonly timezone: string;
  readonly service: { readonly name: string; readonly url: string };
  /** When the request or the change happened, epoch milliseconds. */
  readonly at: number;
  readonly client: Client;
}

/** "Follow this link to set a new password." */
export interface ResetMail extends MailBase {
  readonly kind: 'reset';
  readonly url: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** "Follow this link, or type this code, to set a new password." */
export interface ResetCodeMail extends MailBase {
  readonly kind: 'reset_code';
  readonly url: string;
  /** Until when the link works, epoch milliseconds. */
  readonly expiresAt: number;
  /** 6 to 12 letters and digits in upper case, or digits alone; as typed, without a separator. */
  readonly code: string;
  /** Until when the code works, epoch milliseconds: sooner than the link. */
  readonly codeExpiresAt: number;
}

/** "Your password (or address) was changed; if it was not you, follow this link." */
export interface ChangeNoticeMail extends MailBase {
  readonly kind: 'reset_notice' | 'update_notice' | 'email_change_notice';
  /** The revoke link; `null` only where the secret that it is derived from has been dropped since. */
  readonly url: string | null;
  /** Until when the link works, epoch milliseconds. */
  readonly expiresAt: number;
}

/** "Your account was disabled, as you asked." */
export interface RevokeNoticeMail extends MailBase {
  readonly kind: 'revoke_notice';
}

/** Data and not text: an application may render it with templates of its own. */
export type Mail = ResetMail | ResetCodeMail | ChangeNoticeMail | RevokeNoticeMail;

/** Hands a mail over for delivery; resolving means that someone else is now responsible for it. */
export interface Mailer {
  send(mail: Mail, options: { readonly signal: AbortSignal }): Promise<void>;
}
