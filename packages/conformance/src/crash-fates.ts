import type { MailKind } from '@pwreset/core';
import { type CrashChange, entriesOf, type JournalEntry } from './crash-journal.js';
import type { AuditRow } from './crash-rows.js';

/** The audit rows of changes, by operation. */
const changeEvents = { confirm: 'password_reset', update: 'password_updated', revoke: 'user_revoked' } as const;

const notices: Readonly<Record<string, MailKind>> = {
  password_reset: 'reset_notice',
  password_updated: 'update_notice',
  user_revoked: 'revoke_notice',
};

/** The mail that tells of a change; `null` for an audit row of anything else. */
export const noticeOf = ({ event }: AuditRow): MailKind | null => notices[event ?? ''] ?? null;

export const isChange = (row: AuditRow): boolean => noticeOf(row) !== null;

/** What became of a change that was asked for. */
export interface Fate {
  readonly task: CrashChange;
  /** `nothing`: the process died before it answered. */
  readonly told: 'done' | 'refused' | 'nothing';
  /** Its audit row; `null` where nothing was applied. */
  readonly row: AuditRow | null;
}

/**
 * Lays what callers were told beside the audit rows. Whoever was told that a change is done has its row; whoever was told
 * that nothing was done has none; who was told nothing may have one; and there are no others.
 */
export function fatesOf(
  journal: readonly JournalEntry[],
  audit: readonly AuditRow[],
): { readonly fates: readonly Fate[]; readonly problems: readonly string[] } {
  const changes = entriesOf(journal, 'begun').flatMap(({ task }) => (task.operation === 'begin' ? [] : [task]));
  const done = new Map(entriesOf(journal, 'done').map(({ id, audit: row }) => [id, row]));
  const refused = new Set(entriesOf(journal, 'refused').map(({ id }) => id));
  const unclaimed = new Set(audit.filter(isChange));
  const claim = ({ operation, userId }: CrashChange, id: string | null): AuditRow | null => {
    for (const row of unclaimed) {
      if (row.userId !== userId || row.event !== changeEvents[operation] || (id !== null && row.id !== id)) continue;
      unclaimed.delete(row);
      return row;
    }
    return null;
  };

  // Whoever was told takes the row that was named, before those who were not take what is left.
  const rows = new Map(
    changes.filter(({ id }) => done.has(id)).map((task) => [task, claim(task, done.get(task.id) ?? '')]),
  );
  for (const task of changes) {
    if (!done.has(task.id) && !refused.has(task.id)) rows.set(task, claim(task, null));
  }
  const fates = changes.map((task): Fate => {
    const told = done.has(task.id) ? 'done' : refused.has(task.id) ? 'refused' : 'nothing';
    return { task, told, row: rows.get(task) ?? null };
  });
  return {
    fates,
    problems: [
      ...fates
        .filter(({ told, row }) => told === 'done' && row === null)
        .map(({ task }) => `P3: ${task.id} was told that it is done and has no audit row`),
      ...[...unclaimed].map(({ id, event, userId }) => `P3: ${event} ${id} of ${userId} was asked for by nobody`),
    ],
  };
}
