import { isChange, noticeOf } from './crash-fates.js';
import { type AuditRow, type CrashTables, isOpen, type JobRow, type TokenRow } from './crash-rows.js';

/** What must hold, and what is wrong where it does not. */
type Wants = readonly (readonly [holds: boolean, wrong: string])[];

const wrongIn = (what: string, wants: Wants): readonly string[] =>
  wants.flatMap(([holds, wrong]) => (holds ? [] : [`P4: ${what} ${wrong}`]));

/**
 * Whether every change is there in whole, seen from the rows alone: from each audit row to all that belongs to it, and from
 * everything that belongs to one back to its audit row. No two changes, and no two begins, bear the same time.
 */
export const changeProblems = (tables: CrashTables): readonly string[] => [
  ...tables.audit.flatMap((row) => {
    if (isChange(row)) return problemsOfChange(row, tables);
    return row.event === 'reset_begun' ? problemsOfBegun(row, tables) : [];
  }),
  ...tables.tokens.flatMap((token) => problemsOfToken(token, tables)),
  ...tables.jobs.flatMap((job) => problemsOfJob(job, tables)),
];

const isReset = ({ purpose }: TokenRow): boolean => purpose !== 'revoke';

const beginsOf = ({ issuedAt }: TokenRow, { jobsAt }: CrashTables): readonly JobRow[] =>
  jobsAt(issuedAt).filter(({ kind }) => kind === 'begin');

/** A reset token bears the time of its request; it was issued when that was looked into. */
const bornAt = (token: TokenRow, tables: CrashTables): number | null =>
  isReset(token) ? (beginsOf(token, tables)[0]?.endedAt ?? null) : token.issuedAt;

function problemsOfChange(row: AuditRow, tables: CrashTables): readonly string[] {
  const { id, event, at, userId } = row;
  const revoked = event === 'user_revoked';
  const own = tables.tokensOf(userId);
  const used = own.filter((token) => token.usedBy === id);
  const links = own.filter((token) => !isReset(token) && token.issuedAt === at);
  const notices = tables.jobsAt(at).filter(({ kind }) => kind === 'notice');
  const signals = tables.jobsAt(at).filter(({ kind }) => kind === 'signal');
  const left = own.filter(
    (token) => isOpen(token) && (isReset(token) || revoked) && (bornAt(token, tables) ?? at) < at,
  );
  const user = tables.users.find((candidate) => candidate.id === userId);
  return wrongIn(`${event} ${id} of ${userId}`, [
    [used.length === (event === 'password_updated' ? 0 : 1), `has ${used.length} used tokens`],
    [
      used.every((token) => token.usedAt === at && isReset(token) !== revoked),
      'has used a token of another kind or time',
    ],
    [links.length === (revoked ? 0 : 1), `has ${links.length} revoke tokens`],
    [notices.length === 1, `has ${notices.length} notices`],
    [notices.every((notice) => isNoticeOf(row, links[0]?.id ?? null, notice)), 'has the notice of another change'],
    [signals.length === 1, `has ${signals.length} signals to end sessions`],
    [signals.every((signal) => isSignalOf(row, signal)), 'has the signal of another change'],
    [left.length === 0, `has left ${left.length} tokens open`],
    [user !== undefined && user.updatedAt >= at, 'has not touched the user'],
  ]);
}

const isNoticeOf = (change: AuditRow, link: string | null, { state, address, work }: JobRow): boolean =>
  state === 'done'
    ? address === null
    : address !== null && work.mail === noticeOf(change) && work.userId === change.userId && work.tokenId === link;

const isSignalOf = ({ userId, at }: AuditRow, { state, work }: JobRow): boolean =>
  state === 'done' || (work.userId === userId && work.startedBefore === at + 1);

/** One delivery may look into several begins at the same time, so their mails are counted together. */
const mailsFit = (at: number, { jobsAt, auditAt }: CrashTables): boolean =>
  jobsAt(at).filter(({ kind }) => kind === 'mail').length ===
  auditAt(at).filter(({ event }) => event === 'reset_begun').length;

function problemsOfBegun({ id, at, userId }: AuditRow, tables: CrashTables): readonly string[] {
  const issued = tables.tokensOf(userId).filter((token) => isReset(token) && bornAt(token, tables) === at);
  return wrongIn(`reset_begun ${id}`, [
    [issued.length === 1, `has ${issued.length} tokens`],
    [mailsFit(at, tables), 'has not its own mail'],
  ]);
}

function problemsOfToken(token: TokenRow, tables: CrashTables): readonly string[] {
  const own = tables.auditOf(token.userId);
  const changes = own.filter(isChange);
  const begins = beginsOf(token, tables);
  const born = bornAt(token, tables);
  return wrongIn(`the ${token.purpose} token ${token.id}`, [
    [(token.usedAt === null) === (token.usedBy === null), 'is used by halves'],
    [token.usedBy === null || changes.some(({ id }) => id === token.usedBy), 'was used by no change'],
    [token.closedAt === null || changes.some(({ at }) => at === token.closedAt), 'was closed by no change'],
    isReset(token)
      ? [own.some(({ event, at }) => event === 'reset_begun' && at === born), 'has no audit row of its begin']
      : [changes.some((row) => row.event !== 'user_revoked' && row.at === born), 'was issued by no change'],
    [!isReset(token) || begins.length === 1, `has ${begins.length} begins`],
  ]);
}

function problemsOfJob(job: JobRow, tables: CrashTables): readonly string[] {
  const { id, kind, state, createdAt, work } = job;
  const changes = tables.auditAt(createdAt).filter(isChange);
  const issued = tables.tokensAt(createdAt).filter(isReset);
  const wants: Readonly<Record<string, Wants>> = {
    begin: [[issued.length === (state === 'done' ? 1 : 0), `has ${issued.length} tokens`]],
    mail: [
      [mailsFit(createdAt, tables), 'has not its own begin'],
      [state === 'done' || tables.tokens.some((token) => token.id === work.tokenId), 'has no token'],
    ],
    notice: [[changes.length === 1, 'belongs to no change']],
    signal: [[changes.length === 1, 'belongs to no change']],
  };
  return wrongIn(`the ${state} ${kind} ${id}`, wants[kind] ?? [[false, 'is of an unknown kind']]);
}
