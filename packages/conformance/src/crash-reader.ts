import assert from 'node:assert/strict';
import type { DirectoryStorage, Step } from '@pwreset/core';
import { read } from './crash-examine.js';
import type { CrashTask, JournalEntry } from './crash-journal.js';
import { mailProblems } from './crash-mails.js';
import { crashServer, perform } from './crash-server.js';
import { betweenHalves } from './crash-steps.js';
import { killAtStep, type Sweep, stepsOf } from './crash-sweep.js';
import type { CrashTarget } from './crash-target.js';
import type { CrashTemplate } from './crash-template.js';

/** Steps that leave nothing behind that a reader could miss. */
const withoutTrace: readonly Step['type'][] = ['requireCredential', 'requireEnabled', 'holdJob', 'clearLimit'];

/** A process is killed between the two halves of a confirm whose storage took it apart; the reader must see that. */
export async function seesHalfDone(sweep: Sweep): Promise<void> {
  const halved = { ...sweep, halved: true };
  const killAt = (await stepsOf(halved)).indexOf(betweenHalves) + 1;
  const { problems } = await killAtStep(halved, killAt);
  assert.match(problems.join('\n'), /the reset token \S+ was used by no change/);
}

/** Leaves one step after the other out of a list that is committed; the reader must miss each. */
export async function missesEveryStep(
  target: CrashTarget,
  template: CrashTemplate,
  tasks: readonly CrashTask[],
): Promise<void> {
  const whole = await without(target, template, tasks, null);
  assert.deepEqual(whole.problems, []);
  const traced = [...whole.steps.entries()].filter(([, type]) => !withoutTrace.includes(type));
  assert.ok(traced.length > 3, 'there is nothing to leave out');
  for (const [index, type] of traced) {
    const { problems } = await without(target, template, tasks, index);
    assert.notDeepEqual(problems, [], `the reader does not miss step ${index}, ${type}`);
  }
}

/** Does the tasks in this process, on a storage that leaves the step with this index out of the list that has a record. */
async function without(
  target: CrashTarget,
  template: CrashTemplate,
  tasks: readonly CrashTask[],
  left: number | null,
): Promise<{ readonly problems: readonly string[]; readonly steps: readonly Step['type'][] }> {
  const database = await target.copy(template.database);
  const { storage, close } = await target.open(database, () => undefined);
  let steps: readonly Step['type'][] = [];
  const lossy: DirectoryStorage = {
    ...storage,
    commit(list, limits) {
      if (!list.some((step) => step.type === 'record')) return storage.commit(list, limits);
      steps = list.map((step) => step.type);
      return storage.commit(
        list.filter((_, index) => index !== left),
        limits,
      );
    },
  };
  const journal: JournalEntry[] = [...template.journal];
  const server = crashServer(target, { storage: lossy, at: template.at, journal: (entry) => journal.push(entry) });
  for (const task of tasks) await perform(server, task);
  await close();
  const { problems } = await read(target, database, journal);
  await target.drop(database);
  return { problems, steps };
}

/** Tells the reader of other mails than those that were sent; it must see each lie. */
export async function seesWrongMails(target: CrashTarget, { database, journal }: CrashTemplate): Promise<void> {
  const { tables, fates } = await read(target, database, journal);
  assert.deepEqual(mailProblems(tables, journal, fates), []);
  const [sent] = journal.filter((entry) => entry.type === 'mail' && entry.mail.kind === 'update_notice');
  assert.ok(sent?.type === 'mail' && sent.mail.kind === 'update_notice');
  const { mail } = sent;
  const again = (change: Partial<typeof mail>): JournalEntry => ({ type: 'mail', mail: { ...mail, ...change } });
  const lies: Readonly<Record<string, readonly JournalEntry[]>> = {
    'a lost mail': journal.filter((entry) => entry !== sent),
    'a mail to another address': journal.map((entry) => (entry === sent ? again({ to: 'nobody@example.org' }) : entry)),
    'a copy to another address': [...journal, again({ to: 'nobody@example.org' })],
    'a copy with another link': [...journal, again({ url: `${mail.url}0` })],
    'a link of another token': journal.map((entry) =>
      entry === sent ? again({ url: `https://acme.example/not-me#token=${'0'.repeat(50)}` }) : entry,
    ),
    'a copy with another Message-ID': [...journal, again({ messageId: `other-${mail.messageId}` })],
    'sessions that were not ended': journal.filter((entry) => entry.type !== 'ended'),
  };
  for (const [lie, told] of Object.entries(lies)) {
    assert.notDeepEqual(mailProblems(tables, told, fates), [], `the reader does not see ${lie}`);
  }
  assert.deepEqual(mailProblems(tables, [...journal, again({})], fates), [], 'a mail may arrive twice');
}
