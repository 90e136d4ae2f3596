import type { Client, TokenPurpose } from './entities.js';
import type { JobId, ServiceId, TokenId, UserId } from './ids.js';
import type { JobKind } from './jobs.js';
import type { LimitName } from './limits.js';
import type { MailKind } from './mail.js';

export const flowNames = [
  'begin_reset',
  'begin_code_reset',
  'begin_profile_reset',
  'confirm_reset',
  'confirm_code_reset',
  'check_token',
  'revoke',
  'update_password',
  'email_changed',
  'login',
  'manage',
  'deliver',
] as const;
export type FlowName = (typeof flowNames)[number];

/** Why a token was refused; callers only ever see `invalid_token`. */
export type TokenRefusal =
  | 'malformed'
  | 'forged'
  | 'unknown'
  | 'wrong_purpose'
  | 'other_service'
  | 'other_user'
  | 'no_code'
  | 'channel_closed'
  | 'mismatched'
  | 'used'
  | 'closed'
  | 'expired'
  | 'user_gone'
  | 'user_disabled'
  | 'reset_not_allowed'
  | 'credential_changed';

/** Why a begin sent no mail; callers never learn it. */
export type BeginRefusal =
  | 'unknown_address'
  | 'user_disabled'
  | 'reset_not_allowed'
  | 'no_local_password'
  | 'unknown_service'
  | 'too_old';

export type CodeWithheld = 'channel_closed' | 'too_old';

export type LoginRefusal =
  | 'unknown_user'
  | 'user_disabled'
  | 'no_usable_password'
  | 'wrong_password'
  | 'changed_meanwhile'
  | 'password_update_required';

/** A fault of a port in words that are safe to log: addresses and tokens are masked. */
export interface Fault {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
}

/** What happened, for logs and metrics. No secret, no password and no full address is ever in one. */
export type PwresetEvent =
  | { readonly type: 'reset_requested'; readonly at: number; readonly serviceId: ServiceId; readonly client: Client }
  | {
      readonly type: 'begin_ignored';
      readonly at: number;
      readonly reason: BeginRefusal;
      readonly userId: UserId | null;
    }
  /** The mail has a link and no code: too many wrong ones in a row, or the code would have ended before the mail left. */
  | {
      readonly type: 'code_withheld';
      readonly at: number;
      readonly userId: UserId;
      readonly reason: CodeWithheld;
    }
  | {
      readonly type: 'limit_reached';
      readonly at: number;
      readonly flow: FlowName;
      readonly limit: LimitName;
      readonly client: Client;
    }
  | {
      readonly type: 'token_refused';
      readonly at: number;
      readonly flow: FlowName;
      readonly reason: TokenRefusal;
      readonly purpose: TokenPurpose | null;
      readonly tokenId: TokenId | null;
      readonly userId: UserId | null;
      readonly client: Client;
    }
  | {
      readonly type: 'password_refused';
      readonly at: number;
      readonly flow: FlowName;
      readonly userId: UserId | null;
      readonly reasons: readonly string[];
    }
  | {
      readonly type: 'login_refused';
      readonly at: number;
      readonly flow: FlowName;
      readonly reason: LoginRefusal;
      readonly userId: UserId | null;
      readonly client: Client;
    }
  | { readonly type: 'logged_in'; readonly at: number; readonly userId: UserId; readonly client: Client }
  | {
      readonly type: 'second_factor_refused';
      readonly at: number;
      readonly flow: FlowName;
      readonly userId: UserId;
      readonly outcome: 'required' | 'failed';
    }
  | {
      readonly type: 'password_reset' | 'password_updated' | 'user_revoked';
      readonly at: number;
      readonly userId: UserId;
      readonly serviceId: ServiceId;
      readonly client: Client;
    }
  | { readonly type: 'email_change_noted' | 'user_changed'; readonly at: number; readonly userId: UserId }
  | { readonly type: 'address_ambiguous' | 'address_differs'; readonly at: number; readonly userIds: readonly UserId[] }
  | { readonly type: 'credential_unrecognised'; readonly at: number; readonly userId: UserId }
  | { readonly type: 'rehash_failed'; readonly at: number; readonly userId: UserId; readonly fault: Fault }
  | { readonly type: 'strength_failed'; readonly at: number; readonly fault: Fault }
  | { readonly type: 'overloaded'; readonly at: number; readonly retryAfterMs: number }
  | { readonly type: 'storage_fault'; readonly at: number; readonly flow: FlowName; readonly fault: Fault }
  | {
      readonly type: 'commit_settled';
      readonly at: number;
      readonly flow: FlowName;
      readonly outcome: 'applied' | 'not_applied';
    }
  | {
      readonly type: 'mail_sent';
      readonly at: number;
      readonly jobId: JobId;
      readonly mail: MailKind;
      readonly messageId: string;
      readonly attempt: number;
    }
  | {
      readonly type: 'mail_dropped';
      readonly at: number;
      readonly jobId: JobId;
      readonly mail: MailKind;
      readonly reason: TokenRefusal;
    }
  | { readonly type: 'sessions_ended'; readonly at: number; readonly jobId: JobId; readonly userId: UserId }
  | {
      readonly type: 'job_retried';
      readonly at: number;
      readonly jobId: JobId;
      readonly kind: JobKind;
      readonly attempt: number;
      readonly dueAt: number;
      readonly fault: Fault;
    }
  | {
      readonly type: 'job_dead';
      readonly at: number;
      readonly jobId: JobId;
      readonly kind: JobKind;
      readonly attempt: number;
      readonly reason: 'expired' | 'unreadable';
    }
  | {
      readonly type: 'job_lost';
      readonly at: number;
      readonly jobId: JobId;
      readonly kind: JobKind;
      readonly attempt: number;
    };

/** Called synchronously; what it throws never reaches a flow. */
export type EventListener = (event: PwresetEvent) => void;
