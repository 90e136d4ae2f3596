import { createHash } from 'node:crypto';
import { StorageUnavailable } from '@pwreset/core';
import type { Pool, PoolClient } from 'pg';
import { type Sending, Session } from './session.js';

export interface ConnectionSettings {
  /** Whether sessions keep prepared statements. */
  readonly prepare: boolean;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  /** Begins a transaction at READ COMMITTED, with the timeouts that it needs. */
  readonly begin: string;
  /** Whether a statement outside a transaction has all that `begin` says anyway. */
  readonly sessionsAreOurs: boolean;
}

/** The connections of one storage. */
export class Connections {
  readonly begin: string;
  readonly sessionsAreOurs: boolean;
  readonly #sending: Sending;
  readonly #connectTimeoutMs: number;
  #closed = false;

  constructor(
    private readonly pool: Pool,
    settings: ConnectionSettings,
  ) {
    this.begin = settings.begin;
    this.sessionsAreOurs = settings.sessionsAreOurs;
    this.#connectTimeoutMs = settings.connectTimeoutMs;
    this.#sending = {
      nameOf: settings.prepare ? statementNames() : () => undefined,
      answerTimeoutMs: settings.answerTimeoutMs,
    };
  }

  /** No further work is taken; what is under way goes on. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Runs `work` with a connection of its own. A connection that failed is closed and not handed back.
   *
   * @throws {@link StorageUnavailable} where there is none within the timeout
   * @throws {TypeError} after {@link Connections.close}
   */
  async use<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new TypeError('the storage is closed');
    const client = await this.#connect();
    const session = new Session(client, this.#sending);
    // The driver also tells the connection's end as an event, and without a listener that would end the process. The
    // statement that was under way fails by itself; where there was none, the next one does.
    const ignore = (): void => undefined;
    client.on('error', ignore);
    try {
      return await work(session);
    } finally {
      client.release(!session.usable);
      client.removeListener('error', ignore);
    }
  }

  /** Bounded here too: the application's pool may be without a timeout. */
  async #connect(): Promise<PoolClient> {
    const connecting = this.pool.connect();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        connecting.then((client) => client.release()).catch(() => undefined);
        reject(new Error('no connection within the timeout'));
      }, this.#connectTimeoutMs);
    });
    try {
      return await Promise.race([connecting, late]);
    } catch (error) {
      throw new StorageUnavailable({ cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * A name for each text, the same in every storage and process: several may share the sessions of one pool, and a name stands
 * for one text there.
 */
function statementNames(): (sql: string) => string {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    const name = `pwreset_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`;
    names.set(sql, name);
    return name;
  };
}
