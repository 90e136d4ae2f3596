import type { UserId } from '@pwreset/core';
import { entriesOf, type JournalEntry } from './crash-journal.js';
import { crashServer, drain, perform } from './crash-server.js';
import type { CrashTarget } from './crash-target.js';
import { tokenIn } from './flow-world.js';
import { start } from './storage-builders.js';

/** A user with everything that a change may take: a password, two reset tokens, a revoke token and two keys. */
export interface CrashUser {
  readonly userId: UserId;
  readonly email: string;
  readonly password: string;
  readonly resetToken: string;
  readonly revokeToken: string;
}

/** A database in which every test begins, and what is known of it. */
export interface CrashTemplate {
  readonly database: string;
  /** When the last thing happened in it. */
  readonly at: number;
  readonly journal: readonly JournalEntry[];
  readonly users: readonly CrashUser[];
}

const password = 'the second password';

/** Makes a database with so many users, in which everything was delivered. */
export async function crashTemplate(target: CrashTarget, count: number): Promise<CrashTemplate> {
  const database = await target.create();
  const { storage, close } = await target.open(database, () => undefined);
  const journal: JournalEntry[] = [];
  const server = crashServer(target, { storage, at: start, journal: (entry) => journal.push(entry) });
  const { pwreset, clock } = server;
  for (let n = 0; n < count; n += 1) {
    clock.jump(1);
    const email = `user${n}@example.org`;
    const { user } = await pwreset.users.create({ email, name: `User ${n}`, password: 'the first password' });
    const userId = user.id;
    journal.push({ type: 'user', userId, email, password: 'the first password' });
    for (const name of ['phone', 'tablet']) await pwreset.keys.create({ type: 'TOKEN', name, userId });
    const about = { userId, email };
    await perform(server, {
      ...about,
      id: `update in the template ${n}`,
      operation: 'update',
      current: 'the first password',
      password,
    });
  }
  const created = entriesOf(journal, 'user');
  // Two for each user, one after the other: what is pending is not begun again.
  for (const turn of ['first', 'second']) {
    for (const { userId, email } of created) {
      await perform(server, { id: `${turn} begin in the template of ${email}`, operation: 'begin', userId, email });
    }
    await drain(server);
  }
  await close();

  const links = new Map(
    entriesOf(journal, 'mail').flatMap(({ mail }) =>
      'url' in mail && mail.url !== null ? [[`${mail.kind} ${mail.to}`, tokenIn(mail.url)]] : [],
    ),
  );
  const linkOf = (key: string): string => links.get(key) ?? '';
  return {
    database,
    at: clock.now(),
    journal,
    users: created.map(({ userId, email }) => ({
      userId,
      email,
      password,
      resetToken: linkOf(`reset ${email}`),
      revokeToken: linkOf(`update_notice ${email}`),
    })),
  };
}
