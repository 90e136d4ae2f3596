import { type AuditEntry, defaultRealm, type Job, type Token, type User, userId } from '@pwreset/core';

/** The application's own tables: integer ids, and no column that it does not need itself. */
export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly hash: string;
  readonly active: boolean;
}
export interface KeyRow {
  readonly id: string;
  readonly userId: number;
  readonly active: boolean;
}

/** An attempt that was asked about before it was seen: it takes the id, so that it can never be applied. */
export interface Fence {
  readonly id: string;
  readonly event: null;
  readonly at: number;
}

export interface Database {
  users: UserRow[];
  keys: KeyRow[];
  tokens: Token[];
  jobs: Job[];
  audit: (AuditEntry | Fence)[];
  limits: { readonly key: string; readonly arrival: number }[];
}

/** What stands in place of a hash that was made unusable. No hasher knows the form. */
export const unusable = '!';

export const findUser = (db: Database, id: string): UserRow | undefined =>
  db.users.find((row) => String(row.id) === id);

export const toUser = ({ id, email, hash, active }: UserRow): User => ({
  id: userId(String(id)),
  realm: defaultRealm,
  email,
  enabled: active,
  name: '',
  locale: 'en',
  timezone: 'Etc/UTC',
  credential: { state: hash === unusable ? 'unusable' : 'usable', stored: hash },
  passwordAllowReset: true,
  passwordRequireUpdate: false,
  createdAt: null,
  updatedAt: null,
});

/** Puts a changed copy in the place of each row that matches, so that nobody who holds an old one sees it change. */
export function change<Row>(rows: Row[], matches: (row: Row) => boolean, columns: Partial<Row>): void {
  for (const [index, row] of rows.entries()) if (matches(row)) rows[index] = { ...row, ...columns };
}
