import type { PwresetEvent } from './events.js';
import type { HashGate } from './hash-gate.js';
import type { Mailer } from './mail.js';
import type { Clock, Hasher, PasswordPolicy, Random, SecondFactor, Sessions, StrengthEstimator } from './ports.js';
import type { KeyRing } from './secrets.js';
import type { ServiceFinder } from './service-finder.js';
import type { Settings } from './settings.js';
import type { Directory, Storage } from './storage.js';
import type { Turns } from './turns.js';

/** An event without its time, which the emitter adds. */
export type EventDraft = PwresetEvent extends infer Event
  ? Event extends PwresetEvent
    ? Omit<Event, 'at'>
    : never
  : never;

/** What every flow works with: the ports and what was made of the options. */
export interface Context {
  readonly storage: Storage;
  readonly directory: Directory | null;
  readonly hasher: Hasher;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyRing: KeyRing;
  readonly services: ServiceFinder;
  readonly settings: Settings;
  readonly sessions: Sessions | null;
  readonly secondFactor: SecondFactor | null;
  readonly policy: PasswordPolicy | null;
  readonly strength: StrengthEstimator | null;
  /** Verifies and hashes wait apart, so that a flood of logins keeps nobody from setting a password (P9). */
  readonly gates: { readonly verify: HashGate; readonly hash: HashGate };
  /** Confirms of one token wait for each other, so that many at once cost one hash. */
  readonly tokenTurns: Turns;
  emit(event: EventDraft): void;
  /** Tells delivery that a job is due at this time, epoch milliseconds. */
  wake(dueAt: number): void;
}
