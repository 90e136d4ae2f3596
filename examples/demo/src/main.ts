import { once } from 'node:events';
import { type Demo, startDemo } from './demo.js';
import { type DemoDatabase, type DemoSettings, settingsFrom } from './settings.js';
import { reasonOf } from './start-refused.js';

const json = process.argv.includes('--json');

const whatRemains = (database: DemoDatabase): string =>
  database.kind === 'sqlite'
    ? `remove ${database.file} and what lies beside it`
    : `drop the pwreset_ tables and the routines of that database, and remove ${database.secretsFile}`;

function say({ url, mailbox, serviceId, serviceKey }: Demo, { database, framework }: DemoSettings): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ url, mailbox, serviceId, serviceKey })}\n`);
    return;
  }
  process.stdout.write(`
pwreset demo on ${url}, mail on ${mailbox}, every route on ${url}/openapi.json (${framework}, ${database.kind})

Try it, in another terminal:

  URL=${url}
  KEY=${serviceKey}
  call() { curl -sS -X $1 "$URL$2" -H 'Content-Type: application/json' -d "$3"; echo; }
  service() { curl -sS -X $1 "$URL$2" -H "Authorization: $KEY" -H 'Content-Type: application/json' -d "$3"; echo; }

A user, then a mail asked for in each of the five dialects:

  service POST /v1/user '{"is_enabled":true,"name":"Ann","email":"ann@example.com","locale":"en","timezone":"Etc/UTC","password_allow_reset":true,"password_require_update":false,"password":"the old password"}'

  call POST /password-codes '{"email":"ann@example.com"}'
  service POST /v1/auth/provider/local/reset-password '{"email":"ann@example.com"}'
  call POST /security/reset-password/begin '{"email":"ann@example.com"}'
  call POST /v1/authentication/users/password/reset-request/email '{"email":"ann@example.com","resetPasswordUrl":"${url}/account?token={{code}}"}'
  call POST /api/1/profile/ID/reset_password "{\\"accessTokenId\\":\\"$KEY\\",\\"resetPasswordUrl\\":\\"$URL/account\\"}"    # ID as the first call answered it

Open ${mailbox}, follow a link, and set the new password with the call that it shows, in the same terminal; or type the code:

  call POST /password-codes/confirm '{"email":"ann@example.com","code":"FROM THE MAIL","password":"a brand new password"}'

The notice that arrives then has a link that disables the account. What logs in, at any time:

  service POST /v1/auth/provider/local/login '{"email":"ann@example.com","password":"the old password"}'

An address gets three mails at once and then one in five minutes; why one was not sent is said here, never to the caller.
Ctrl-C ends the demo; it goes on where it stopped. To start over, end it and ${whatRemains(database)}.
`);
}

async function main(stopped: AbortSignal): Promise<void> {
  // The database, its journals and the secrets are their owner's alone.
  process.umask(0o077);
  const settings = settingsFrom(process.env);
  const demo = await startDemo(settings);
  if (!stopped.aborted) {
    say(demo, settings);
    await once(stopped, 'abort');
  }
  await demo.close();
}

// They stay for good: without a listener a second signal would kill a process that is closing.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

main(stop.signal).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`pwreset demo: ${reasonOf(error)}\n`);
    process.exit(1);
  },
);
