import type { Columns, Query, SqlValue } from '@pwreset/kysely';
import type { Database, Statement } from 'better-sqlite3';

/** A connection with its prepared statements, one for each text. */
export class Connection {
  readonly #prepared = new Map<string, Statement<SqlValue[], Columns>>();

  constructor(
    readonly database: Database,
    /** Whether commits become a part of a transaction that the application has open. */
    readonly joins = false,
  ) {}

  rows({ sql, values }: Query): readonly Columns[] {
    return this.#prepare(sql).all(...values);
  }

  write({ sql, values }: Query): number {
    return this.#prepare(sql).run(...values).changes;
  }

  execute(sql: string): void {
    this.#prepare(sql).run();
  }

  #prepare(sql: string): Statement<SqlValue[], Columns> {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const prepared = this.database.prepare<SqlValue[], Columns>(sql);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
