import type {
  AttemptId,
  AuditEntry,
  ClaimedJob,
  ComparableAddress,
  Credential,
  Job,
  Key,
  NewKey,
  Realm,
  Service,
  Token,
  User,
  UserId,
} from '@pwreset/core';
import { Journal, Table } from './table.js';

export interface UserRow extends Omit<User, 'credential'> {
  readonly address: ComparableAddress;
  readonly stored: string | null;
}

/** An attempt that was settled as not applied; it takes the audit id, so that a late commit cannot. */
export interface FenceRow {
  readonly id: AttemptId;
  readonly event: null;
  readonly at: number;
}

export interface LimitRow {
  readonly key: string;
  readonly arrival: number;
}

export interface Tables {
  readonly users: Table<UserRow>;
  readonly tokens: Table<Token>;
  readonly jobs: Table<Job>;
  readonly limits: Table<LimitRow>;
  readonly audit: Table<AuditEntry | FenceRow>;
  readonly keys: Table<NewKey>;
  readonly services: Table<Service>;
}

export function createTables(): { readonly tables: Tables; readonly journal: Journal } {
  const journal = new Journal();
  return {
    journal,
    tables: {
      users: new Table(journal),
      tokens: new Table(journal),
      jobs: new Table(journal),
      limits: new Table(journal),
      audit: new Table(journal),
      keys: new Table(journal),
      services: new Table(journal),
    },
  };
}

/** What stands in for a password that was made unusable; no hasher knows the form. */
export const unusableMarker = '!unusable';

function credentialOf(stored: string | null): Credential {
  if (stored === null) return { state: 'none', stored };
  return stored === unusableMarker ? { state: 'unusable', stored } : { state: 'usable', stored };
}

export function toUser({ address, stored, ...columns }: UserRow): User {
  return Object.freeze({ ...columns, credential: Object.freeze(credentialOf(stored)) });
}

export function toKey({ digest, ...columns }: NewKey): Key {
  return Object.freeze(columns);
}

export function toClaimedJob({ state, leaseUntil, endedAt, ...columns }: Job): ClaimedJob {
  return Object.freeze(columns);
}

export const isAuditEntry = (row: AuditEntry | FenceRow): row is AuditEntry => row.event !== null;

export const usersAt = (tables: Tables, realm: Realm, address: ComparableAddress): readonly User[] =>
  tables.users.where((row) => row.realm === realm && row.address === address).map(toUser);

/** Neither used nor closed, whenever it ends. */
export const isOpen = ({ usedAt, closedAt }: Token): boolean => usedAt === null && closedAt === null;

/** There is one a user at most: a list that issues one closes the others. */
export function openCode({ tokens }: Tables, id: UserId): Token | null {
  const [code] = tokens.where((token) => token.userId === id && token.purpose === 'reset_code' && isOpen(token));
  return code ?? null;
}

export function findUser(tables: Tables, id: string | null): User | null {
  const row = id === null ? undefined : tables.users.get(id);
  return row === undefined ? null : toUser(row);
}
