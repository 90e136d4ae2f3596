// What an application does, on nothing but the packed packages: it begins a reset, follows the mailed link and logs in.
import { createPwreset, PwresetError } from '@pwreset/core';
import { argon2id } from '@pwreset/hashers';
import { memoryMailer } from '@pwreset/memory';
import { sqliteStorage } from '@pwreset/sqlite';

const storage = sqliteStorage({ database: 'consumer.db', migrate: true });
const mailer = memoryMailer();
const pwreset = createPwreset({
  storage,
  hasher: argon2id(),
  mailer,
  secret: crypto.getRandomValues(new Uint8Array(32)),
  delivery: 'manual',
  service: {
    name: 'Consumer',
    url: 'https://app.example',
    links: {
      reset: 'https://app.example/reset?token={{token}}',
      resetNotice: 'https://app.example/revoke?token={{token}}',
      updateNotice: 'https://app.example/revoke?token={{token}}',
      emailChangeNotice: 'https://app.example/revoke?token={{token}}',
    },
  },
});

const email = 'ada@app.example';
const password = 'a new and longer passphrase';
await pwreset.users.create({ email, password: 'the passphrase before it', passwordAllowReset: true });

await pwreset.beginReset({ email });
await pwreset.deliver();
const token = new URL(mailer.lastLink(email, 'reset')).searchParams.get('token') ?? '';
await pwreset.confirmReset({ token, password });
await pwreset.deliver();

const { user } = await pwreset.login({ email, password });
if (user.email !== email) throw new Error('somebody else logged in');
mailer.lastMail(email, 'reset_notice');
const again = await pwreset.confirmReset({ token, password }).catch((error: unknown) => error);
if (!(again instanceof PwresetError) || again.code !== 'invalid_token') throw new Error('a used token was taken again');
await pwreset.close();
storage.close();
