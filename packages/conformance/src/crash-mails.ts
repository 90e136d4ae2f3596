import { isDeepStrictEqual } from 'node:util';
import type { Mail } from '@pwreset/core';
import { type Fate, noticeOf } from './crash-fates.js';
import { entriesOf, type JournalEntry } from './crash-journal.js';
import { type CrashTables, isOpen, type TokenRow } from './crash-rows.js';
import { tokenIn } from './flow-world.js';

const mailsIn = (journal: readonly JournalEntry[]): readonly Mail[] =>
  entriesOf(journal, 'mail').map(({ mail }) => mail);

/** How many mails were handed over again. */
export function repeatedMails(journal: readonly JournalEntry[]): number {
  const mails = mailsIn(journal);
  return mails.length - new Set(mails.map(({ messageId }) => messageId)).size;
}

/** What a mail should be. */
type Right = Pick<Mail, 'kind' | 'to'> & { readonly tokenId: string | null };

/**
 * Whether, once everything was delivered, everyone was told who had to be, each mail has arrived where it belongs, word for
 * word each time, and nobody else got anything (P5).
 */
export function mailProblems(
  tables: CrashTables,
  journal: readonly JournalEntry[],
  fates: readonly Fate[],
): readonly string[] {
  const mails = mailsIn(journal);
  const right = new Map([...rightNotices(tables, fates), ...rightResets(tables, journal, mails)]);
  const first = new Map(mails.toReversed().map((mail) => [mail.messageId, mail]));
  const problems = [
    ...tables.jobs.flatMap(({ id, kind, state }) => (state === 'done' ? [] : [`the ${kind} ${id} is ${state}`])),
    ...[...right].flatMap(([id, { kind, to }]) =>
      first.has(id) ? [] : [`the mail ${id} (${kind}) to ${to} was lost`],
    ),
    ...mails.flatMap((mail) => {
      const name = `the mail ${mail.messageId} (${mail.kind}) to ${mail.to}`;
      return [
        ...(isRight(mail, right.get(mail.messageId)) ? [] : [`${name} has gone astray or links to something else`]),
        ...(isDeepStrictEqual(mail, first.get(mail.messageId))
          ? []
          : [`${name} is not word for word the one before it`]),
      ];
    }),
    ...lostBegins(tables, journal, mails),
    ...lostSignals(journal, fates),
  ];
  return problems.map((problem) => `P5: ${problem}`);
}

/** The id of the token that a mail links to: the first 20 characters of its text. */
const linkedToken = (mail: Mail): string | null =>
  'url' in mail && mail.url !== null ? tokenIn(mail.url).slice(0, 20) : null;

const isRight = (mail: Mail, right: Right | undefined): boolean =>
  right !== undefined && mail.kind === right.kind && mail.to === right.to && linkedToken(mail) === right.tokenId;

const messageId = (job: { readonly id: string }): string => `${job.id}@acme.example`;

/** A notice goes to the address that was stored at the commit. */
const rightNotices = (tables: CrashTables, fates: readonly Fate[]): readonly (readonly [string, Right])[] =>
  fates.flatMap(({ task, row }) => {
    const kind = row === null ? null : noticeOf(row);
    if (row === null || kind === null) return [];
    const link = tables.tokensOf(task.userId).find((token) => token.purpose === 'revoke' && token.issuedAt === row.at);
    const right = { kind, to: task.email, tokenId: link?.id ?? null };
    const notices = tables.jobsAt(row.at).filter((job) => job.kind === 'notice');
    return notices.map((job) => [messageId(job), right] as const);
  });

/** A reset mail goes to the address that is stored. Which token it carries is only known from the mail itself. */
function rightResets(
  { jobs, tokens }: CrashTables,
  journal: readonly JournalEntry[],
  mails: readonly Mail[],
): readonly (readonly [string, Right])[] {
  const addresses = new Map(entriesOf(journal, 'user').map(({ userId, email }) => [`${userId}`, email]));
  const resets = new Map(tokens.filter(({ purpose }) => purpose === 'reset').map((token) => [token.id, token]));
  const ids = new Set(jobs.filter(({ kind }) => kind === 'mail').map(messageId));
  return mails.flatMap((mail) => {
    const token = resets.get(linkedToken(mail) ?? '');
    const to = addresses.get(token?.userId ?? '');
    if (token === undefined || to === undefined || !ids.has(mail.messageId)) return [];
    return [[mail.messageId, { kind: 'reset', to, tokenId: token.id }] as const];
  });
}

/** Whoever was told that a reset was begun has a token for each request; and each that is of use was mailed, by itself. */
function lostBegins(
  { tokensOf }: CrashTables,
  journal: readonly JournalEntry[],
  mails: readonly Mail[],
): readonly string[] {
  const done = new Set(entriesOf(journal, 'done').map(({ id }) => id));
  const begun = entriesOf(journal, 'begun').filter(({ task }) => task.operation === 'begin' && done.has(task.id));
  const asked = Map.groupBy(begun, ({ task }) => task.userId);
  const mailed = new Set(mails.map(linkedToken));
  return entriesOf(journal, 'user').flatMap(({ userId, email }) => {
    const issued = tokensOf(userId).filter(({ purpose }) => purpose === 'reset');
    const wanted = asked.get(userId)?.length ?? 0;
    return [
      ...(issued.length < wanted ? [`${wanted} resets were begun for ${email}, not ${issued.length}`] : []),
      ...issued
        .filter((token: TokenRow) => isOpen(token) && !mailed.has(token.id))
        .map(({ id }) => `the mail to ${email} with the token ${id} was lost`),
    ];
  });
}

/** What was signed in before a change was ended. */
function lostSignals(journal: readonly JournalEntry[], fates: readonly Fate[]): readonly string[] {
  const ended = new Set(entriesOf(journal, 'ended').map(({ userId, startedBefore }) => `${userId} ${startedBefore}`));
  return fates.flatMap(({ task, row }) =>
    row === null || ended.has(`${task.userId} ${row.at + 1}`) ? [] : [`the sessions before ${task.id} were not ended`],
  );
}
