import type { Expression, RawBuilder, SqlBool } from 'kysely';

/** Tables and their columns, in the form in which Kysely writes a database down. */
export type AnyDatabase = Record<string, Record<string, unknown>>;
export type TableOf<DB> = keyof DB & string;
export type ColumnOf<DB, Table extends TableOf<DB>> = keyof DB[Table] & string;

/** A value that stands in the statement itself. A boolean is 0 or 1 on SQLite. */
export type Constant = string | number | boolean | null;
export type Constants<Column extends string> = { readonly [Name in Column]?: Constant };
/** Names a column of the row at hand, whatever the statement. */
export type ColumnRef<Column extends string> = (column: Column) => RawBuilder<unknown>;

/**
 * How ids are kept. A storage's ids are text; one that is not of this form is the id of nobody. `integer` takes up to 18
 * digits, `uuid` its lower-case form.
 */
export type IdForm = 'text' | 'uuid' | 'integer';

export type IdMapping<Column extends string> =
  /** Text. */
  | Column
  | {
      readonly column: Column;
      readonly as: IdForm;
      /**
       * The database never hands an id out twice: `generated as identity` and `serial` on PostgreSQL, `autoincrement` on
       * SQLite. Where it may, as SQLite's plain `integer primary key` does, `createdAt` has to tell old users from new.
       */
      readonly neverReused?: boolean;
    };

/**
 * How a time is kept. `timestamp` is in UTC, and on SQLite text, `YYYY-MM-DD HH:MM:SS.SSS`. `text` is ISO 8601 with
 * milliseconds and a `Z`, which is what `timestamptz` is on SQLite.
 */
export type TimeForm = 'timestamptz' | 'timestamp' | 'text' | 'epochMs' | 'epochSeconds';

export type TimeMapping<Column extends string> =
  /** `timestamptz`. */
  Column | { readonly column: Column; readonly as: TimeForm };

/** How a table says yes or no. */
export type FlagMapping<Column extends string> =
  /** A boolean; on SQLite 0 or 1. `null` is no. */
  | Column
  /** Yes while the column holds `is`; no is written as `otherwise`: `{ column: 'status', is: 'active', otherwise: 'off' }`. */
  | { readonly column: Column; readonly is: Constant; readonly otherwise: Constant }
  /** Yes unless the column holds `isNot`; yes is written as `otherwise`: `{ column: 'banned', isNot: true, otherwise: false }`. */
  | { readonly column: Column; readonly isNot: Constant; readonly otherwise: Constant }
  /** Yes while the column is null; no is written as the time of the change: `{ column: 'disabled_at', isNull: 'timestamptz' }`. */
  | { readonly column: Column; readonly isNull: TimeForm }
  /** The general case: any condition, and what is written for yes and for no. */
  | {
      readonly when: (column: ColumnRef<Column>) => Expression<SqlBool>;
      readonly yes: Constants<Column>;
      readonly no: Constants<Column>;
    };

export type EmailMapping<Column extends string> =
  /** Compared in ASCII lower case, as `{ column, match: 'lower' }`. */
  | Column
  /**
   * How candidates are found; core compares them again, so too many do no harm. `exact` is for a column that holds addresses
   * in lower case, or one with a case-insensitive collation. An index has to serve it.
   */
  | {
      readonly column: Column;
      readonly match:
        | 'exact'
        | 'lower'
        | ((email: RawBuilder<unknown>, address: Expression<string>) => Expression<SqlBool>);
    }
  /** A second column holds what `comparableAddress` of core makes of the address. */
  | { readonly column: Column; readonly address: Column };

/**
 * What the column holds where that is not what the hasher made, byte for byte. Each undoes the other. Neither is asked for an
 * empty text or for what begins with an exclamation mark.
 */
export interface StoredForm {
  toColumn(hash: string): string;
  fromColumn(value: string): string;
}

/** A password in a table of its own, with at most one row a user. */
export interface PasswordTable<DB, Table extends TableOf<DB>> {
  readonly table: Table;
  /** Refers to the user's id. */
  readonly user: ColumnOf<DB, Table>;
  readonly column: ColumnOf<DB, Table>;
  /** Which of a user's rows it is: `{ providerId: 'credential' }`. */
  readonly where?: Constants<ColumnOf<DB, Table>>;
  readonly updatedAt?: TimeMapping<ColumnOf<DB, Table>>;
  readonly stored?: StoredForm;
  /**
   * The further columns of a row that is written for a user who has none; `now` gives the time in a form. Left out, such a
   * user has no password and cannot reset it.
   */
  readonly insert?: (row: {
    readonly userId: Expression<string>;
    readonly now: (as: TimeForm) => Expression<unknown>;
  }) => { readonly [Name in ColumnOf<DB, Table>]?: Constant | Expression<unknown> };
}

export type PasswordMapping<DB, Table extends TableOf<DB>> =
  | ColumnOf<DB, Table>
  | { readonly column: ColumnOf<DB, Table>; readonly stored?: StoredForm; readonly table?: never }
  | { [Other in TableOf<DB>]: PasswordTable<DB, Other> }[TableOf<DB>];

/** {@link UserMapping} for one table. */
export interface UserMappingOf<DB, Table extends TableOf<DB>> {
  /** With its schema before a dot where it needs one. Rows without an address are absent. */
  readonly table: Table;
  readonly id: IdMapping<ColumnOf<DB, Table>>;
  readonly email: EmailMapping<ColumnOf<DB, Table>>;
  /**
   * `null`, and the empty string, mean that the user has none; what begins with an exclamation mark is no hash and no
   * password at all.
   */
  readonly password: PasswordMapping<DB, Table>;
  /**
   * Left out, a disabled user's stored hash is kept behind the word `!disabled`, as `passwd -l` does it: no hasher accepts it,
   * the application's own included.
   */
  readonly enabled?: FlagMapping<ColumnOf<DB, Table>>;
  /** Left out, there is the default realm only. */
  readonly realm?: ColumnOf<DB, Table>;
  readonly name?: ColumnOf<DB, Table>;
  /** Left out or null: `defaults`. */
  readonly locale?: ColumnOf<DB, Table>;
  readonly timezone?: ColumnOf<DB, Table>;
  /** `en` and `Etc/UTC` where they are left out. */
  readonly defaults?: { readonly locale?: string; readonly timezone?: string };
  /** Left out: yes. */
  readonly passwordAllowReset?: FlagMapping<ColumnOf<DB, Table>>;
  /** Left out: no. */
  readonly passwordRequireUpdate?: FlagMapping<ColumnOf<DB, Table>>;
  readonly createdAt?: TimeMapping<ColumnOf<DB, Table>>;
  readonly updatedAt?: TimeMapping<ColumnOf<DB, Table>>;
  /** Rows for which it does not hold are absent: `(column) => sql`${column('deleted_at')} is null``. */
  readonly rows?: (column: ColumnRef<ColumnOf<DB, Table>>) => Expression<SqlBool>;
}

/**
 * Where an application keeps its users. With the type of its database, `UserMapping<DB>`, a name that is not there does not
 * compile.
 *
 * @example
 * ```ts
 * import type { UserMapping } from '@pwreset/kysely';
 *
 * interface DB {
 *   users: { id: number; email: string; password_hash: string; active: boolean; created_at: string };
 * }
 * const users: UserMapping<DB> = {
 *   table: 'users',
 *   id: { column: 'id', as: 'integer' },
 *   email: 'email',
 *   password: 'password_hash',
 *   enabled: 'active',
 *   createdAt: 'created_at',
 * };
 * ```
 */
export type UserMapping<DB = AnyDatabase> = {
  [Table in TableOf<DB>]: UserMappingOf<DB, Table>;
}[TableOf<DB>];

/** {@link KeyMapping} for one table. */
export interface KeyMappingOf<DB, Table extends TableOf<DB>> {
  readonly table: Table;
  /** Refers to the user's id. */
  readonly user: ColumnOf<DB, Table>;
  /** No is written by a revoke. */
  readonly enabled?: FlagMapping<ColumnOf<DB, Table>>;
  /** Yes is written by a revoke. */
  readonly revoked?: FlagMapping<ColumnOf<DB, Table>>;
  readonly updatedAt?: TimeMapping<ColumnOf<DB, Table>>;
}

/** A table of the application with keys of users, which a revoke disables beside those in `pwreset_keys`. */
export type KeyMapping<DB = AnyDatabase> = {
  [Table in TableOf<DB>]: KeyMappingOf<DB, Table>;
}[TableOf<DB>];
