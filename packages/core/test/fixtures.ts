import fc from 'fast-check';
import type { Context, EventDraft } from '../src/context.js';
import type { Token, User } from '../src/entities.js';
import { hashGate } from '../src/hash-gate.js';
import { jobId, realm, serviceId, tokenId, userId } from '../src/ids.js';
import type { ClaimedJob } from '../src/jobs.js';
import { serviceLinks } from '../src/links.js';
import type { PwresetOptions, ServiceOptions } from '../src/options.js';
import type { Clock, Random } from '../src/ports.js';
import { keyRing } from '../src/secrets.js';
import { serviceFinder } from '../src/service-finder.js';
import { settingsOf } from '../src/settings.js';
import type { Storage } from '../src/storage.js';
import { systemRandom } from '../src/system-clock.js';
import { turns } from '../src/turns.js';

export const start = Date.UTC(2026, 0, 1);

/** A clock that stands at `time`; waits end when `wake` says so or their signal aborts. */
export interface StubClock extends Clock {
  time: number;
  readonly waits: Array<{ readonly ms: number; readonly wake: () => void }>;
}

export function stubClock(time = start): StubClock {
  const clock: StubClock = {
    time,
    waits: [],
    now: () => clock.time,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        clock.waits.push({ ms, wake: resolve });
        signal.addEventListener('abort', () => resolve());
      }),
  };
  return clock;
}

/** A clock whose waits are over at once and move its time. */
export function hastyClock(time = start): StubClock {
  const clock = stubClock(time);
  return Object.assign(clock, {
    wait: async (ms: number, signal: AbortSignal) => {
      if (signal.aborted) return;
      clock.waits.push({ ms, wake: () => undefined });
      clock.time += ms;
    },
  });
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Bytes that only look random, the same in every run (Marsaglia's xorshift). */
export function steadyRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 8;
  };
  return { bytes: (length) => Uint8Array.from({ length }, next) };
}

export const constantRandom = (byte: number): Random => ({ bytes: (length) => new Uint8Array(length).fill(byte) });

export const user = (columns: Partial<User> = {}): User => ({
  id: userId('user-1'),
  realm: realm(''),
  email: 'ann@example.com',
  enabled: true,
  name: 'Ann',
  locale: 'en',
  timezone: 'Etc/UTC',
  credential: { state: 'usable', stored: '$test$1' },
  passwordAllowReset: true,
  passwordRequireUpdate: false,
  createdAt: start,
  updatedAt: start,
  ...columns,
});

export const token = (columns: Partial<Token> = {}): Token => ({
  id: tokenId('0123456789abcdefghjk'),
  purpose: 'reset',
  userId: userId('user-1'),
  serviceId: serviceId('default'),
  secretId: keyRing(secret).current.id,
  fingerprint: '',
  issuedAt: start,
  expiresAt: start + 3_600_000,
  usedAt: null,
  usedBy: null,
  closedAt: null,
  ...columns,
});

export const secret = 'a secret of thirty-two bytes, at least';

export const service: ServiceOptions = {
  name: 'Acme',
  url: 'https://acme.example',
  links: serviceLinks({
    reset: 'https://acme.example/reset#token={{token}}',
    revoke: 'https://acme.example/not-me#token={{token}}',
  }),
};

export const job = (columns: Partial<ClaimedJob> = {}): ClaimedJob => ({
  id: jobId('job-1'),
  kind: 'mail',
  uniqueKey: null,
  address: null,
  payload: '{}',
  createdAt: start,
  dueAt: start,
  expiresAt: start + 3_600_000,
  attempt: 1,
  ...columns,
});

/** A storage that is empty and refuses nothing. */
export const stubStorage = (members: Partial<Storage> = {}): Storage => ({
  findUsersByEmail: async () => [],
  findUserById: async () => null,
  findToken: async () => null,
  findCodes: async () => [],
  findArrival: async () => null,
  charge: async () => ({ outcome: 'charged' }),
  commit: async () => ({ outcome: 'applied' }),
  settle: async () => 'not_applied',
  claimJobs: async () => [],
  purge: async () => 0,
  ...members,
});

/** Everything that `createPwreset` needs, on a storage that is empty. */
export const options = (given: Partial<PwresetOptions> = {}): PwresetOptions => ({
  storage: stubStorage(),
  hasher: { hash: async () => '$test$2', verify: async () => 'mismatched', dummy: '$test$0' },
  mailer: { send: async () => undefined },
  clock: stubClock(),
  secret,
  service,
  delivery: 'manual',
  ...given,
});

/** What a flow works with, and the events that it emitted. */
export function contextOf(
  given: Partial<PwresetOptions> = {},
): Context & { readonly events: EventDraft[]; readonly wakes: number[] } {
  const all = options(given);
  const settings = settingsOf(all);
  const events: EventDraft[] = [];
  const wakes: number[] = [];
  return {
    storage: all.storage,
    directory: null,
    hasher: all.hasher,
    mailer: all.mailer,
    clock: all.clock ?? stubClock(),
    random: all.random ?? systemRandom,
    keyRing: keyRing(all.secret),
    services: serviceFinder(all.service, null, settings),
    settings,
    sessions: all.sessions ?? null,
    secondFactor: all.secondFactor ?? null,
    policy: all.policy ?? null,
    strength: all.strength ?? null,
    gates: { verify: hashGate(settings.hashing), hash: hashGate(settings.hashing) },
    tokenTurns: turns(all.clock ?? stubClock(), 30_000),
    emit: (event) => events.push(event),
    wake: (dueAt) => wakes.push(dueAt),
    events,
    wakes,
  };
}

/** Any text, ill-formed ones included; half of its units are ASCII. */
export const anyText = (constraints: fc.ArrayConstraints = {}): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.constantFrom(0xd83d, 0xdd11, 0x301)), constraints)
    .map((units) => String.fromCharCode(...units));

export const wellFormedText = (constraints: fc.ArrayConstraints = {}): fc.Arbitrary<string> =>
  anyText(constraints).map((text) => text.toWellFormed());

/** How long it takes, in milliseconds. */
export function duration(work: () => void): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}
