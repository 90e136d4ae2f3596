import { alarm } from './alarm.js';
import { beginProfileReset } from './begin-profile-reset.js';
import { beginCodeReset, beginReset } from './begin-reset.js';
import { breathe } from './breathe.js';
import { checkPorts } from './check-options.js';
import { checkToken } from './check-token.js';
import { confirmCodeReset } from './confirm-code-reset.js';
import { confirmReset } from './confirm-reset.js';
import type { Context } from './context.js';
import { warnOfTrouble } from './default-listener.js';
import { delivery, laneKinds } from './delivery.js';
import { directoryUsers } from './directory-users.js';
import { emailChanged } from './email-changed.js';
import { hashGate } from './hash-gate.js';
import { keys } from './keys.js';
import { login } from './login.js';
import type { PwresetOptions } from './options.js';
import { pooledRandom } from './pooled-random.js';
import type { Clock } from './ports.js';
import type { DirectoryPwreset, Pwreset } from './pwreset-types.js';
import { revoke } from './revoke.js';
import { keyRing } from './secrets.js';
import { serviceFinder } from './service-finder.js';
import { services } from './services.js';
import { defaultPurgeAgeMs, settingsOf } from './settings.js';
import type { Directory, DirectoryStorage, Storage } from './storage.js';
import { systemClock, systemRandom } from './system-clock.js';
import { turns } from './turns.js';
import { updatePassword } from './update-password.js';
import { users } from './users.js';

/** Longer than any hash takes behind a full gate. */
const maxTurnMs = 30_000;

const hasDirectory = (storage: Storage): storage is DirectoryStorage => 'findService' in storage;

function contextOf(options: PwresetOptions, clock: Clock, wake: Context['wake']): Context {
  const settings = settingsOf(options);
  const directory = hasDirectory(options.storage) ? options.storage : null;
  const { onEvent = warnOfTrouble } = options;
  return {
    storage: options.storage,
    directory,
    hasher: options.hasher,
    mailer: options.mailer,
    clock,
    random: options.random ?? pooledRandom(systemRandom),
    keyRing: keyRing(options.secret),
    services: serviceFinder(options.service, directory, settings),
    settings,
    sessions: options.sessions ?? null,
    secondFactor: options.secondFactor ?? null,
    policy: options.policy ?? null,
    strength: options.strength ?? null,
    gates: { verify: hashGate(settings.hashing), hash: hashGate(settings.hashing) },
    tokenTurns: turns(clock, maxTurnMs),
    emit(event) {
      try {
        const returned: unknown = onEvent({ ...event, at: clock.now() });
        // An async listener is one too, and its rejection would end the process.
        if (returned instanceof Promise) returned.catch(() => undefined);
      } catch {
        // A listener that fails must not change what a flow does; there is nobody left to tell.
      }
    },
    wake,
  };
}

/**
 * Puts the flows together over the ports.
 *
 * Delivery runs in the background of this process unless `delivery` says otherwise; call `close()` at the end.
 *
 * @throws TypeError for an option that makes no sense: a short secret, a link that is not https, a lifetime above the
 * standards' limit
 * @example
 * ```ts
 * import { createPwreset, serviceLinks } from '@pwreset/core';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 *   service: {
 *     name: 'Acme',
 *     url: 'https://acme.example',
 *     links: serviceLinks({
 *       reset: 'https://acme.example/reset#token={{token}}',
 *       revoke: 'https://acme.example/not-me#token={{token}}',
 *     }),
 *   },
 * });
 * await pwreset.beginReset({ email: 'ann@example.com' });
 * await pwreset.close();
 * ```
 */
export function createPwreset(options: PwresetOptions<DirectoryStorage>): DirectoryPwreset;
export function createPwreset(options: PwresetOptions): Pwreset;
export function createPwreset(options: PwresetOptions): Pwreset | DirectoryPwreset {
  checkPorts(options);
  const clock = options.clock ?? systemClock;
  const lanes = laneKinds.map((kinds) => ({ kinds, wakeUp: alarm(clock) }));
  const context = contextOf(options, clock, (dueAt) => {
    for (const { wakeUp } of lanes) wakeUp.set(dueAt);
  });
  const outbox = delivery(context, lanes);
  const flows: Pwreset = {
    defaultService: context.services.defaultId,
    beginReset: (input) => beginReset(context, input),
    beginCodeReset: (input) => beginCodeReset(context, input),
    beginProfileReset: (input) => beginProfileReset(context, input),
    confirmReset: (input) => confirmReset(context, input),
    confirmCodeReset: (input) => confirmCodeReset(context, input),
    checkToken: (input) => checkToken(context, input),
    revoke: (input) => revoke(context, input),
    updatePassword: (input) => updatePassword(context, input),
    emailChanged: (input) => emailChanged(context, input),
    login: (input) => login(context, input),
    users: users(context),
    deliver: (given) => outbox.deliver(given),
    idle: () => outbox.idle(),
    purge: (given) => purge(context, given),
    close: () => outbox.close(),
  };
  return context.directory === null ? flows : withDirectory(context, context.directory, flows);
}

const withDirectory = (context: Context, directory: Directory, flows: Pwreset): DirectoryPwreset => ({
  ...flows,
  users: directoryUsers(context),
  keys: keys(context, directory),
  services: services(context, directory),
});

async function purge(
  { storage, clock }: Context,
  { olderThanMs = defaultPurgeAgeMs, batch = 1_000 }: { readonly olderThanMs?: number; readonly batch?: number } = {},
): Promise<number> {
  // A negative age would delete what is still alive.
  if (!(olderThanMs >= 0) || !(batch >= 1)) throw new TypeError('purge needs olderThanMs >= 0 and batch >= 1');
  const before = clock.now() - olderThanMs;
  let total = 0;
  for (;;) {
    const count = await storage.purge(before, batch);
    if (count === 0) return total;
    await breathe();
    total += count;
  }
}
