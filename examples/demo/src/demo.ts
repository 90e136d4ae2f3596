import { once } from 'node:events';
import { createServer } from 'node:http';
import { createPwreset, type DirectoryPwreset, type PwresetOptions, serviceId } from '@pwreset/core';
import { pwresetExpress } from '@pwreset/express';
import { argon2id } from '@pwreset/hashers';
import { createHandler, sso, ssoLinks } from '@pwreset/http';
import { nodemailerMailer } from '@pwreset/nodemailer';
import { type SqliteStorage, sqliteStorage } from '@pwreset/sqlite';
import express from 'express';
import { type Mailbox, openMailbox } from './mailbox.js';
import { accountPage, mailboxPage } from './pages.js';
import { type DemoSettings, type KeptState, keep, readKept } from './settings.js';
import { zxcvbnStrength } from './strength.js';

/** A demo that is running. */
export interface Demo {
  readonly url: string;
  readonly mailbox: string;
  readonly serviceId: string;
  readonly serviceKey: string;
  close(): Promise<void>;
}

const name = 'Demo';

/** Ports, storage and settings, as any server would give them. */
type Parts = Pick<PwresetOptions, 'hasher' | 'mailer' | 'secret' | 'strength'> & { readonly storage: SqliteStorage };

/** Creates the service with its key at the first start, as `sso-cli create-service-with-key` does. */
async function serviceOf(parts: Parts, kept: KeptState, links: ReturnType<typeof ssoLinks>, url: string) {
  const pwreset = createPwreset({ ...parts, delivery: 'manual' });
  const known = kept.service && (await pwreset.services.authenticate(kept.service.key).catch(() => null));
  if (kept.service && known) return kept.service;
  const { service, value } = await pwreset.services.createWithKey({ name, url, links });
  return { id: service.id, key: value };
}

function serve(pwreset: DirectoryPwreset, mailbox: Mailbox, url: () => string): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/mailbox.json', (_request, response) => void response.json(mailbox.mails));
  app.get('/mailbox', (_request, response) => void response.send(mailboxPage(mailbox.mails)));
  app.get('/account', (request, response) => {
    response.set('Referrer-Policy', 'no-referrer').send(accountPage(url(), request.query));
  });
  app.get('/', (_request, response) => response.redirect('/mailbox'));
  app.use(pwresetExpress(createHandler({ pwreset, dialects: [sso()] })));
  return app;
}

/** What a test may set otherwise. */
export interface DemoOverrides {
  /** Where mail goes instead of the demo's own mailbox. */
  readonly smtpPort?: number;
  readonly leaseMs?: number;
}

/** Starts everything on loopback; `close` ends it in the order in which nothing is lost. */
export async function startDemo(settings: DemoSettings, overrides: DemoOverrides = {}): Promise<Demo> {
  const kept = readKept(settings.database);
  const mailbox = await openMailbox();
  const storage = sqliteStorage({ database: settings.database, migrate: true });
  const mailer = nodemailerMailer({
    transport: { host: '127.0.0.1', port: overrides.smtpPort ?? mailbox.port, ignoreTLS: true },
    from: 'no-reply@demo.example',
  });
  const parts: Parts = {
    storage,
    mailer,
    hasher: argon2id(),
    secret: settings.secret ?? kept.secret,
    strength: zxcvbnStrength(),
  };

  const server = createServer();
  server.listen(settings.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;

  const links = ssoLinks(settings.localUrl ?? `${url}/account`);
  const service = await serviceOf(parts, kept, links, url);
  keep(settings.database, { ...kept, service });
  const pwreset = createPwreset({
    ...parts,
    service: { id: serviceId(service.id), name, url, links },
    delivery: { mode: 'background', leaseMs: overrides.leaseMs ?? 10_000, timeoutMs: 5_000 },
  });
  server.on(
    'request',
    serve(pwreset, mailbox, () => url),
  );

  return {
    url,
    mailbox: `${url}/mailbox`,
    serviceId: service.id,
    serviceKey: service.key,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pwreset.close();
      mailer.close();
      storage.close();
      await mailbox.close();
    },
  };
}
