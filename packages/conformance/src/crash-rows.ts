/** One row, as the driver hands it over. */
export type CrashRow = Readonly<Record<string, unknown>>;

/** Every row of the tables that the promises are about. */
export interface CrashRows {
  readonly users: readonly CrashRow[];
  readonly keys: readonly CrashRow[];
  readonly tokens: readonly CrashRow[];
  readonly jobs: readonly CrashRow[];
  readonly audit: readonly CrashRow[];
}

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly enabled: boolean;
  readonly password: string | null;
  readonly updatedAt: number;
}

export interface KeyRow {
  readonly userId: string | null;
  readonly enabled: boolean;
  readonly revoked: boolean;
}

export interface TokenRow {
  readonly id: string;
  readonly purpose: string;
  readonly userId: string;
  readonly issuedAt: number;
  readonly usedAt: number | null;
  readonly usedBy: string | null;
  readonly closedAt: number | null;
}

/** What a job is about stands in its payload until it ends; afterwards its times tell. */
export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly address: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly work: {
    readonly mail?: string;
    readonly userId?: string;
    readonly tokenId?: string | null;
    readonly startedBefore?: number;
  };
}

export interface AuditRow {
  readonly id: string;
  readonly event: string | null;
  readonly at: number;
  readonly userId: string | null;
}

export interface CrashTables {
  readonly users: readonly UserRow[];
  readonly keys: readonly KeyRow[];
  readonly tokens: readonly TokenRow[];
  readonly jobs: readonly JobRow[];
  readonly audit: readonly AuditRow[];
  tokensOf(userId: string | null): readonly TokenRow[];
  tokensAt(issuedAt: number): readonly TokenRow[];
  auditOf(userId: string | null): readonly AuditRow[];
  auditAt(at: number): readonly AuditRow[];
  /** The jobs that were queued at this time. */
  jobsAt(createdAt: number): readonly JobRow[];
}

function text(row: CrashRow, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw new TypeError(`the column ${name} holds ${typeof value} and not text`);
  return value;
}

const textOrNull = (row: CrashRow, name: string): string | null => (row[name] === null ? null : text(row, name));

/** Drivers hand a 64-bit integer over as a number, a bigint or text, and a flag as a number or a boolean. */
function number(row: CrashRow, name: string): number {
  const value = row[name] === undefined || row[name] === null ? Number.NaN : Number(row[name]);
  if (!Number.isFinite(value)) throw new TypeError(`the column ${name} holds no number`);
  return value;
}

const numberOrNull = (row: CrashRow, name: string): number | null => (row[name] === null ? null : number(row, name));

const flag = (row: CrashRow, name: string): boolean => number(row, name) !== 0;

/** The rows with the types that their columns must have. @throws TypeError for a column that is absent or of another type */
export function tablesOf(rows: CrashRows): CrashTables {
  const tokens = rows.tokens.map(tokenFrom);
  const jobs = rows.jobs.map(jobFrom);
  const audit = rows.audit.map(auditFrom);
  const tokensByUser = Map.groupBy(tokens, (token) => token.userId);
  const tokensByTime = Map.groupBy(tokens, (token) => token.issuedAt);
  const auditByUser = Map.groupBy(audit, (row) => row.userId);
  const auditByTime = Map.groupBy(audit, (row) => row.at);
  const jobsByTime = Map.groupBy(jobs, (job) => job.createdAt);
  return {
    users: rows.users.map(userFrom),
    keys: rows.keys.map(keyFrom),
    tokens,
    jobs,
    audit,
    tokensOf: (userId) => tokensByUser.get(userId ?? '') ?? [],
    tokensAt: (issuedAt) => tokensByTime.get(issuedAt) ?? [],
    auditOf: (userId) => auditByUser.get(userId) ?? [],
    auditAt: (at) => auditByTime.get(at) ?? [],
    jobsAt: (createdAt) => jobsByTime.get(createdAt) ?? [],
  };
}

const userFrom = (row: CrashRow): UserRow => ({
  id: text(row, 'id'),
  email: text(row, 'email'),
  enabled: flag(row, 'enabled'),
  password: textOrNull(row, 'password'),
  updatedAt: number(row, 'updated_at'),
});

const keyFrom = (row: CrashRow): KeyRow => ({
  userId: textOrNull(row, 'user_id'),
  enabled: flag(row, 'enabled'),
  revoked: flag(row, 'revoked'),
});

const tokenFrom = (row: CrashRow): TokenRow => ({
  id: text(row, 'id'),
  purpose: text(row, 'purpose'),
  userId: text(row, 'user_id'),
  issuedAt: number(row, 'issued_at'),
  usedAt: numberOrNull(row, 'used_at'),
  usedBy: textOrNull(row, 'used_by'),
  closedAt: numberOrNull(row, 'closed_at'),
});

const jobFrom = (row: CrashRow): JobRow => ({
  id: text(row, 'id'),
  kind: text(row, 'kind'),
  state: text(row, 'state'),
  address: textOrNull(row, 'address'),
  createdAt: number(row, 'created_at'),
  endedAt: numberOrNull(row, 'ended_at'),
  work: JSON.parse(text(row, 'payload')),
});

const auditFrom = (row: CrashRow): AuditRow => ({
  id: text(row, 'id'),
  event: textOrNull(row, 'event'),
  at: number(row, 'at'),
  userId: textOrNull(row, 'user_id'),
});

/** Neither used nor closed. */
export const isOpen = (token: TokenRow): boolean => token.usedAt === null && token.closedAt === null;
