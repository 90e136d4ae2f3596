import { createPwreset, type PwresetOptions, serviceId } from '@pwreset/core';
import { argon2id } from '@pwreset/hashers';
import { ssoLinks } from '@pwreset/http';
import { nodemailerMailer } from '@pwreset/nodemailer';
import { demoApp } from './app.js';
import { openStorage } from './demo-storage.js';
import { demoHandler, demoResetUrls } from './dialects.js';
import { type Door, takePort } from './door.js';
import { tellOperator } from './events.js';
import { serviceState } from './first-start.js';
import { readKept } from './kept-state.js';
import { openMailbox } from './mailbox.js';
import type { DemoSettings } from './settings.js';
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

async function furnish(
  door: Door,
  settings: DemoSettings,
  overrides: DemoOverrides,
  closers: Closer[],
): Promise<Omit<Demo, 'close'>> {
  const { database, framework, secret } = settings;
  const { secretsFile } = database;
  const { url } = door;
  const kept = readKept(secretsFile);
  const mailbox = await openMailbox();
  closers.push(mailbox.close);
  const { storage, close } = await openStorage(database);
  closers.push(close);
  const mailer = nodemailerMailer({
    transport: { host: '127.0.0.1', port: overrides.smtpPort ?? mailbox.port, ignoreTLS: true },
    from: 'no-reply@demo.example',
  });
  closers.push(mailer.close);

  const parts = {
    storage,
    mailer,
    hasher: argon2id(),
    strength: zxcvbnStrength(),
    // The documents of the original systems print links to plain http. Whoever can read the network could use such a link.
    allowInsecureLinks: true,
  } satisfies Partial<PwresetOptions>;
  const links = ssoLinks(settings.localUrl ?? `${url}/account`);
  const described = { name, url, links, resetUrls: demoResetUrls(url) };
  const state = await serviceState({ parts, secretsFile, kept, service: described });
  const service = serviceId(state.service.id);
  const pwreset = createPwreset({
    ...parts,
    secret: secret ?? state.secret,
    service: { id: service, ...described },
    onEvent: tellOperator,
    delivery: { mode: 'background', leaseMs: overrides.leaseMs ?? 10_000, timeoutMs: 5_000 },
  });
  closers.push(pwreset.close);
  door.open(demoApp(demoHandler(pwreset, { url, service }), { framework, mailbox, url }));
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
