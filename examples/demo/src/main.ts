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

  KEY=${serviceKey}
  post() { curl -sS -X POST ${url}$1 -H "Authorization: $KEY" -H 'Content-Type: application/json' -d "$2"; echo; }

  post /v1/user '{"is_enabled":true,"name":"Ann","email":"ann@example.com","locale":"en","timezone":"Etc/UTC","password_allow_reset":true,"password_require_update":false,"password":"the old password"}'
  post /v1/auth/provider/local/reset-password '{"email":"ann@example.com"}'

Open ${mailbox}, follow the link, and set the new password with the call that it shows, in the same terminal.
The notice that arrives then has a link that disables the account. What logs in, at any time:

  post /v1/auth/provider/local/login '{"email":"ann@example.com","password":"the old password"}'

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
