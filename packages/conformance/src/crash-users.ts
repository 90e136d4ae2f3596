import type { Hasher } from '@pwreset/core';
import type { Fate } from './crash-fates.js';
import { entriesOf, type JournalEntry } from './crash-journal.js';
import { type CrashTables, isOpen, type UserRow } from './crash-rows.js';

/** No hash begins with an exclamation mark. */
const isUnusable = ({ password }: UserRow): boolean => password?.startsWith('!') === true;

/** Whether each user is what the changes that were applied made of it: password (P3) and, after a revoke, all of it (P6). */
export async function userProblems(
  tables: CrashTables,
  journal: readonly JournalEntry[],
  fates: readonly Fate[],
  hasher: Hasher,
): Promise<readonly string[]> {
  const problems = fates.flatMap((fate) => problemsOfToken(fate, fates, tables));
  const known = entriesOf(journal, 'user');
  for (const { userId, password } of known) {
    const user = tables.users.find(({ id }) => id === userId);
    const applied = fates.filter(({ task, row }) => task.userId === userId && row !== null).map(({ task }) => task);
    if (user === undefined) problems.push(`P4: the user ${userId} is gone`);
    else {
      problems.push(...problemsOfRevoke(user, applied.at(-1)?.operation === 'revoke', tables));
      const expected = applied.findLast((task) => task.operation !== 'revoke');
      if (!isUnusable(user) && !(await matches(hasher, user, expected?.password ?? password))) {
        problems.push(`P3: the password of ${userId} is not that of ${expected?.id ?? 'its creation'}`);
      }
    }
  }
  if (tables.users.length !== known.length) problems.push(`P4: there are ${tables.users.length} users`);
  return problems;
}

const matches = async (hasher: Hasher, { password }: UserRow, expected: string): Promise<boolean> =>
  password !== null && (await hasher.verify(expected, password)) === 'matched';

/** The token that was sent is used if one of those who sent it succeeded, and only then. */
function problemsOfToken({ task }: Fate, fates: readonly Fate[], { tokens }: CrashTables): readonly string[] {
  if (task.operation === 'update') return [];
  const row = tokens.find(({ id }) => task.token.startsWith(id));
  const users = fates.filter((fate) => fate.row !== null && 'token' in fate.task && fate.task.token === task.token);
  const holds = row !== undefined && users.length <= 1 && row.usedBy === (users[0]?.row?.id ?? null);
  return holds ? [] : [`P3: the token of ${task.id} was used by ${row?.usedBy} and not by ${users.length} changes`];
}

/** Each of these is true after a revoke and false otherwise; never some of them. */
function problemsOfRevoke(user: UserRow, revoked: boolean, { keys, tokens }: CrashTables): readonly string[] {
  const own = keys.filter(({ userId }) => userId === user.id);
  const marks = {
    'is disabled': !user.enabled,
    'has an unusable password': isUnusable(user),
    'has only revoked keys': own.length > 0 && own.every((key) => key.revoked && !key.enabled),
    'has a revoked key': own.some((key) => key.revoked || !key.enabled),
    'has no open token': !tokens.some((token) => token.userId === user.id && isOpen(token)),
  };
  return Object.entries(marks)
    .filter(([, holds]) => holds !== revoked)
    .map(([mark]) => `P6: ${user.id}, ${revoked ? '' : 'not '}revoked: "${mark}" is ${!revoked}`);
}
