import type { CodeFormat } from './codes.js';
import type { ServiceLinks } from './entities.js';
import type { EventListener } from './events.js';
import type { HashGateOptions } from './hash-gate.js';
import type { LimitRule } from './limit-rules.js';
import type { LimitName } from './limits.js';
import type { Mailer } from './mail.js';
import type { PasswordRules } from './password-policy.js';
import type { Clock, Hasher, PasswordPolicy, Random, SecondFactor, Sessions, StrengthEstimator } from './ports.js';
import type { Secret } from './secrets.js';
import type { Storage } from './storage.js';

/** The one service of an application that keeps no directory of services. */
export interface ServiceOptions {
  /** `default` by default. */
  readonly id?: string;
  /** Shown in mails. */
  readonly name: string;
  /** Shown in mails; its host also makes the Message-IDs. */
  readonly url: string;
  readonly links: ServiceLinks;
  /** Where callers may have the link of a reset mail lead; nowhere but to `links.reset` where left out. See {@link checkResetUrl}. */
  readonly resetUrls?: readonly string[];
}

export interface DeliveryOptions {
  /** `background`: in this process, waking at once. `manual`: only when `deliver()` is called. */
  readonly mode: 'background' | 'manual';
  /** How long a worker holds a job before another may take it; renewed while the work goes on. 60 s by default. */
  readonly leaseMs: number;
  /** How long one mail or one ending of sessions may take. 30 s by default. */
  readonly timeoutMs: number;
  /** Jobs in hand at once. 8 by default. */
  readonly concurrent: number;
  /** How often the outbox is looked at when nothing wakes it. 5 s by default. */
  readonly pollMs: number;
  /** A begin waits a random time up to this before it is looked at, in the background only. 250 ms by default. */
  readonly beginDelayMs: number;
  /** The first retry comes about this much later, each further one after twice the time before. 5 s by default. */
  readonly retryBaseMs: number;
  /** No retry waits longer than this. 15 min by default. */
  readonly retryCapMs: number;
  /** How long `close()` waits for work in hand before it gives it back. 5 s by default. */
  readonly closeGraceMs: number;
}

export interface PwresetOptions<S extends Storage = Storage> {
  readonly storage: S;
  readonly hasher: Hasher;
  readonly mailer: Mailer;
  /** The system's by default. */
  readonly clock?: Clock;
  /** 32 bytes or more, kept outside of the database. In a list the first derives and all verify. */
  readonly secret: Secret | readonly Secret[];
  /** Needed unless every call names a service of the storage's Directory. */
  readonly service?: ServiceOptions;
  readonly sessions?: Sessions;
  readonly secondFactor?: SecondFactor;
  readonly policy?: PasswordPolicy;
  readonly strength?: StrengthEstimator;
  /** By default a warning on the console for mail and storage that fail, and nothing else. */
  readonly onEvent?: EventListener;
  readonly random?: Random;
  readonly passwordRules?: PasswordRules;
  /** 60 min by default, 24 h at most (ASVS 5.0, V6.5.5). */
  readonly resetLifetimeMs?: number;
  /** 10 min by default (NIST SP 800-63B-4, section 3.1.3.2), never longer than the link's. */
  readonly codeLifetimeMs?: number;
  /** 7 days by default. */
  readonly revokeLifetimeMs?: number;
  /** How codes look: 8 letters and digits by default. */
  readonly codes?: Partial<CodeFormat>;
  /** Replaces the defaults of the limits it names. */
  readonly limits?: Partial<Readonly<Record<LimitName, LimitRule>>>;
  readonly hashing?: Partial<HashGateOptions>;
  readonly delivery?: 'background' | 'manual' | Partial<DeliveryOptions>;
  /** Whether a user who never had a local password may set one by a reset, as an invitation. `false` by default. */
  readonly resetWithoutPassword?: boolean;
  /** Permits links to plain http beyond this machine. Whoever can read the network then can take over accounts. */
  readonly allowInsecureLinks?: boolean;
}
