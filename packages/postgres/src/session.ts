import type { Columns, Query } from '@pwreset/kysely';
import type { PoolClient, QueryConfig } from 'pg';
import { isRefusal, isStale, statementFault } from './faults.js';

export interface Answer {
  readonly rows: readonly Columns[];
  /** How many rows it wrote. */
  readonly count: number;
  /** What the server says it did, `COMMIT` for one. */
  readonly command: string;
}

/** How a statement is sent. */
export interface Sending {
  /** The name under which the server keeps the statement; undefined where it keeps none. */
  nameOf(sql: string): string | undefined;
  /** How long an answer is waited for. */
  readonly answerTimeoutMs: number;
}

/** The driver knows the timeout and its types do not. */
interface TimedQuery extends QueryConfig {
  readonly query_timeout: number;
}

/** Values stay as the server writes them, whatever the application has told the driver to make of them. */
const types = { getTypeParser: () => (value: string) => value };

/** What a timer can be set to; the driver takes 0 for its own default. */
const longestMs = 0x7fff_ffff;

/** One connection, for the length of one piece of work. */
export class Session {
  #usable = true;
  #patient = false;

  constructor(
    private readonly client: PoolClient,
    private readonly sending: Sending,
  ) {}

  /** Whether somebody else may use the connection afterwards. */
  get usable(): boolean {
    return this.#usable;
  }

  /** From now on answers are waited for however long they take: for work that the server is given all the time for. */
  wait(): void {
    this.#patient = true;
  }

  async send(statement: Query | string): Promise<Answer> {
    try {
      const { rows, rowCount, command } = await this.client.query<Columns>(this.#config(statement));
      return { rows, count: rowCount ?? 0, command };
    } catch (error) {
      const fault = statementFault(error);
      if (!isRefusal(fault) || isStale(fault)) this.#usable = false;
      throw fault;
    }
  }

  /**
   * Sends statements in their order, without waiting in between where the connection is one for that. Throws for the first
   * that failed, when nothing is under way any more.
   */
  async sendAll(statements: readonly (Query | string)[]): Promise<readonly Answer[]> {
    if (!this.client.pipeline) {
      const answers: Answer[] = [];
      for (const statement of statements) answers.push(await this.send(statement));
      return answers;
    }
    const settled = await Promise.allSettled(statements.map((statement) => this.send(statement)));
    return settled.map((answer) => {
      if (answer.status === 'rejected') throw answer.reason;
      return answer.value;
    });
  }

  /** Takes back the open transaction; without its connection it comes to nothing by itself. */
  async rollback(): Promise<void> {
    if (!this.#usable) return;
    try {
      await this.send('rollback');
    } catch {
      this.#usable = false;
    }
  }

  #config(statement: Query | string): TimedQuery {
    const timed = { types, query_timeout: this.#patient ? longestMs : this.sending.answerTimeoutMs };
    if (typeof statement === 'string') return { ...timed, text: statement };
    const { sql, values } = statement;
    return { ...timed, text: sql, values: [...values], name: this.sending.nameOf(sql) };
  }
}
