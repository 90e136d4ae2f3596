import {
  CommitUnknown,
  createPwreset,
  type DirectoryPwreset,
  type DirectoryStorage,
  PwresetError,
  serviceLinks,
} from '@pwreset/core';
import type { CrashTask, Journal } from './crash-journal.js';
import { type CrashStep, steppedHasher, steppedMailer, steppedSessions, steppedStorage } from './crash-steps.js';
import type { CrashClock, CrashDatabase } from './crash-target.js';

export interface CrashServer {
  readonly pwreset: DirectoryPwreset;
  readonly clock: CrashClock;
  readonly journal: Journal;
}

/** A server at a time, whose ports are cut into steps, and which writes down what it hands over. */
export function crashServer(
  parts: Pick<CrashDatabase, 'clock' | 'hasher'>,
  {
    storage,
    at,
    journal,
    step = () => undefined,
  }: {
    readonly storage: DirectoryStorage;
    /** Epoch milliseconds. */
    readonly at: number;
    readonly journal: Journal;
    readonly step?: CrashStep;
  },
): CrashServer {
  const clock = parts.clock();
  clock.jump(at - clock.now());
  const pwreset = createPwreset({
    clock,
    storage: steppedStorage(storage, step),
    hasher: steppedHasher(parts.hasher(), step),
    mailer: steppedMailer({ send: async (mail) => journal({ type: 'mail', mail }) }, step),
    sessions: steppedSessions(
      { endAll: async (userId, { startedBefore }) => journal({ type: 'ended', userId, startedBefore }) },
      step,
    ),
    secret: 'a secret that outlives the process, at least thirty-two bytes',
    delivery: 'manual',
    // Everyone here has the same address.
    limits: { ip: { capacity: 100_000, refillMs: 1 } },
    service: {
      name: 'Acme',
      url: 'https://acme.example',
      links: serviceLinks({
        reset: 'https://acme.example/reset#token={{token}}',
        revoke: 'https://acme.example/not-me#token={{token}}',
      }),
    },
    onEvent: () => undefined,
  });
  return { pwreset, clock, journal };
}

/** Does a task a millisecond after the one before, and writes down that it begins and what the caller was told. */
export async function perform(server: CrashServer, task: CrashTask): Promise<'done' | 'refused' | 'unknown'> {
  const { pwreset, clock, journal } = server;
  clock.jump(1);
  if (task.operation === 'deliver') return delivered(pwreset);
  journal({ type: 'begun', task });
  try {
    journal({ type: 'done', id: task.id, audit: await carryOut(pwreset, task) });
    return 'done';
  } catch (error) {
    if (error instanceof CommitUnknown) return 'unknown';
    if (!(error instanceof PwresetError)) throw error;
    journal({ type: 'refused', id: task.id, code: error.code });
    return 'refused';
  }
}

/** A storage that is away leaves what is pending to the next delivery. */
async function delivered(pwreset: DirectoryPwreset): Promise<'done' | 'refused'> {
  try {
    await pwreset.deliver();
    return 'done';
  } catch (error) {
    if (error instanceof PwresetError) return 'refused';
    throw error;
  }
}

/** Delivers until nothing is due. */
export async function drain({ pwreset, clock }: CrashServer): Promise<void> {
  clock.jump(1);
  while ((await pwreset.deliver()) > 0);
}

async function carryOut(
  pwreset: DirectoryPwreset,
  task: Exclude<CrashTask, { readonly operation: 'deliver' }>,
): Promise<string | null> {
  const { email } = task;
  const client = { ip: '192.0.2.1' };
  switch (task.operation) {
    case 'begin':
      await pwreset.beginReset({ email });
      return null;
    case 'confirm':
      return (await pwreset.confirmReset({ token: task.token, password: task.password, client })).audit;
    case 'update':
      return (await pwreset.updatePassword({ email, password: task.current, newPassword: task.password, client }))
        .audit;
    case 'revoke':
      return (await pwreset.revoke({ token: task.token, client })).audit;
  }
}
