import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createPwreset, type PwresetOptions, serviceId } from '@pwreset/core';
import { argon2id } from '@pwreset/hashers';
import { ssoLinks } from '@pwreset/http';
import { nodemailerMailer } from '@pwreset/nodemailer';
import { type SqliteStorage, sqliteStorage } from '@pwreset/sqlite';
import { demoApp } from './app.js';
import { type Door, takePort } from './door.js';
import { serviceState } from './first-start.js';
import { readKept } from './kept-state.js';
import { openMailbox } from './mailbox.js';
import type { DemoSettings } from './settings.js';
import { reasonOf, StartRefused } from './start-refused.js';
import { zxcvbnStrength } from './strength.js';

/** A demo that is running. */
export interface Demo {
  readonly url: string;
  readonly mailbox: string;
  readonly serviceId: string;
  readonly serviceKey: string;
  /** Lets requests under way end first; calling it again changes nothing. */
  close(): Promise<void>;
}

/** What a test may set otherwise. */
export interface DemoOverrides {
  /** Where mail goes instead of the demo's own mailbox. */
  readonly smtpPort?: number;
  readonly leaseMs?: number;
}

type Closer = () => Promise<void> | void;

const closeGraceMs = 2_000;

const name = 'Demo';

function openStorage(database: string): SqliteStorage {
  try {
    mkdirSync(dirname(database), { recursive: true });
    return sqliteStorage({ database, migrate: true });
  } catch (error) {
    throw new StartRefused(`PWRESET_DB ${database} cannot be used: ${reasonOf(error)}`);
  }
}

async function furnish(
  door: Door,
  settings: DemoSettings,
  overrides: DemoOverrides,
  closers: Closer[],
): Promise<Omit<Demo, 'close'>> {
  const { database, secret } = settings;
  const { url } = door;
  const kept = readKept(database);
  const mailbox = await openMailbox();
  closers.push(mailbox.close);
  const storage = openStorage(database);
  closers.push(storage.close);
  const mailer = nodemailerMailer({
    transport: { host: '127.0.0.1', port: overrides.smtpPort ?? mailbox.port, ignoreTLS: true },
    from: 'no-reply@demo.example',
  });
  closers.push(mailer.close);

  const parts = { storage, mailer, hasher: argon2id(), strength: zxcvbnStrength() } satisfies Partial<PwresetOptions>;
  const links = ssoLinks(settings.localUrl ?? `${url}/account`);
  const state = await serviceState({ parts, database, kept, service: { name, url, links } });
  const pwreset = createPwreset({
    ...parts,
    secret: secret ?? state.secret,
    service: { id: serviceId(state.service.id), name, url, links },
    delivery: { mode: 'background', leaseMs: overrides.leaseMs ?? 10_000, timeoutMs: 5_000 },
  });
  closers.push(pwreset.close);
  door.open(demoApp(pwreset, mailbox, url));
  return { url, mailbox: `${url}/mailbox`, serviceId: state.service.id, serviceKey: state.service.key };
}

/**
 * Starts everything on loopback; `close` ends it in the order in which nothing is lost. The port comes first, because a start
 * that is refused must leave no files.
 *
 * @throws {@link StartRefused}
 */
export async function startDemo(settings: DemoSettings, overrides: DemoOverrides = {}): Promise<Demo> {
  const door = await takePort(settings.port);
  const closers: Closer[] = [];
  const closeAll = async (graceMs: number): Promise<void> => {
    await door.close({ graceMs });
    for (const close of closers.toReversed()) await close();
  };
  try {
    const demo = await furnish(door, settings, overrides, closers);
    let closed: Promise<void> | null = null;
    return {
      ...demo,
      close() {
        closed ??= closeAll(closeGraceMs);
        return closed;
      },
    };
  } catch (error) {
    await closeAll(0);
    throw error;
  }
}
