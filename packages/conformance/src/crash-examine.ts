import { changeProblems } from './crash-changes.js';
import { type Fate, fatesOf } from './crash-fates.js';
import { type CrashChange, entriesOf, type JournalEntry } from './crash-journal.js';
import { mailProblems, repeatedMails } from './crash-mails.js';
import { type CrashTables, isOpen, tablesOf } from './crash-rows.js';
import { type CrashServer, crashServer, drain, perform } from './crash-server.js';
import type { CrashTarget } from './crash-target.js';
import { userProblems } from './crash-users.js';
import { tokenIn } from './flow-world.js';
import { minute } from './storage-builders.js';

/** What was found after a process had been killed. */
export interface Examined {
  /** What was promised and is not so, in words; nothing else was tried after the first of them. */
  readonly problems: readonly string[];
  /** The changes that it was about, as they stood then. */
  readonly fates: readonly Fate[];
  /** How many mails were handed over more than once in the end. */
  readonly repeated: number;
}

/** Whether the promises hold, from the rows and the journal alone. */
export async function read(
  target: CrashTarget,
  database: string,
  journal: readonly JournalEntry[],
): Promise<{ readonly tables: CrashTables; readonly fates: readonly Fate[]; readonly problems: readonly string[] }> {
  const tables = tablesOf(await target.read(database));
  const { fates, problems } = fatesOf(journal, tables.audit);
  const users = await userProblems(tables, journal, fates, target.hasher());
  return { tables, fates, problems: [...problems, ...changeProblems(tables), ...users] };
}

/** How many of the changes whose callers had their answer are tried again; the reader looks at all of them. */
const triedOfDone = 3;

/**
 * Reads what a killed process left, then goes on as the next process does: whoever was told nothing tries again, and what is
 * pending is delivered, after users have moved to another address. `known` is what was in the database before, `entries`
 * what the process said.
 */
export async function examine(
  target: CrashTarget,
  at: { readonly database: string; readonly now: number },
  known: readonly JournalEntry[],
  entries: readonly JournalEntry[],
): Promise<Examined> {
  const { database } = at;
  const journal = [...known, ...entries];
  await target.quiet(database);
  const left = await read(target, database, journal);
  const news = left.fates.filter(({ task }) =>
    entries.some((entry) => entry.type === 'begun' && entry.task.id === task.id),
  );
  const found = (problems: readonly string[]): Examined => ({
    problems,
    fates: news,
    repeated: repeatedMails(journal),
  });
  if (left.problems.length > 0) return found(left.problems);

  const { storage, close } = await target.open(database, () => undefined);
  try {
    // Past every lease, and within the life of every link.
    const later = at.now + 10 * minute;
    const server = crashServer(target, { storage, at: later, journal: (entry) => journal.push(entry) });
    const refused = await tryAgain(server, [
      ...news.filter(({ told }) => told !== 'done'),
      ...news.filter(({ told }) => told === 'done').slice(-triedOfDone),
    ]);
    if (refused.length > 0) return found(refused);
    const tried = await read(target, database, journal);
    if (tried.problems.length > 0) return found(tried.problems);
    for (const { task } of tried.fates.filter((fate) => isNoticePending(fate, tried.tables))) {
      await target.moveUser(database, task.userId, `moved-${task.email}`);
    }
    await drain(server);
    const delivered = await read(target, database, journal);
    const dead = await deadLinks(server, delivered.tables, journal.slice(known.length));
    return found([...delivered.problems, ...mailProblems(delivered.tables, journal, delivered.fates), ...dead]);
  } finally {
    await close();
  }
}

/** The links of mails whose tokens are open, and that nevertheless do not work. */
async function deadLinks(
  { pwreset }: CrashServer,
  { tokens }: CrashTables,
  journal: readonly JournalEntry[],
): Promise<readonly string[]> {
  const links = new Set(
    entriesOf(journal, 'mail').flatMap(({ mail }) => ('url' in mail && mail.url !== null ? [mail.url] : [])),
  );
  const problems: string[] = [];
  for (const link of links) {
    const token = tokenIn(link);
    if (!tokens.some((row) => isOpen(row) && token.startsWith(row.id))) continue;
    if (!(await pwreset.checkToken({ token })).valid) problems.push(`P5: the link ${link} does not work`);
  }
  return problems;
}

/** Whether the notice of this change has yet to be sent. */
const isNoticePending = ({ row }: Fate, { jobs }: CrashTables): boolean =>
  row !== null &&
  jobs.some(({ kind, state, createdAt }) => kind === 'notice' && state === 'pending' && createdAt === row.at);

/** What was not applied works with the same token or password, and what was applied does not work again. */
async function tryAgain(server: CrashServer, fates: readonly Fate[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { task, told, row } of fates) {
    const again = await perform(server, anotherTry(task));
    const expected = row === null ? 'done' : 'refused';
    if (again !== expected)
      problems.push(`P3: ${task.id}, told ${told}, was ${again} when tried again, not ${expected}`);
  }
  return problems;
}

function anotherTry(task: CrashChange): CrashChange {
  const id = `${task.id}, again`;
  return task.operation === 'revoke' ? { ...task, id } : { ...task, id, password: `${task.password}, again` };
}
