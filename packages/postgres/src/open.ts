import pg, { type Pool } from 'pg';
import { Connections } from './connections.js';

export interface ConnectionOptions {
  /** A connection string, `postgres://user:password@host:5432/database`, or a pool of the application, which stays its own. */
  readonly connection: string | Pool;
  /**
   * Whether the server's sessions may keep prepared statements, `true` by default. `false` for a pooler that hands a session
   * to somebody else after every transaction, such as PgBouncer in its transaction mode.
   */
  readonly prepare?: boolean;
  /** How long the server works on one statement, 15,000 by default. An answer is waited for a little longer than that. */
  readonly statementTimeoutMs?: number;
  /** How long a statement waits for a row that another transaction holds, 10,000 by default. */
  readonly lockTimeoutMs?: number;
  /** How long a connection is waited for, a free one of the pool included, 5,000 by default. */
  readonly connectTimeoutMs?: number;
  /** How many connections the storage opens at most, 10 by default; not for a pool of the application. */
  readonly maxConnections?: number;
  /** The schema of the tables, for one that is not on the user's search path; not for a pool of the application. */
  readonly schema?: string;
}

export interface Opened {
  readonly connections: Connections;
  /** Ends the connections when the last work is done; the application's pool stays. */
  close(): Promise<void>;
}

/** What an answer may take beyond the server's own timeout, until it counts as lost. */
const maxSlackMs = 2000;

/** @throws {TypeError} for options that cannot be meant */
export function open(options: ConnectionOptions): Opened {
  const { connection, prepare = true, maxConnections = 10, schema } = options;
  const statementTimeoutMs = milliseconds('statementTimeoutMs', options.statementTimeoutMs ?? 15_000);
  const lockTimeoutMs = milliseconds('lockTimeoutMs', options.lockTimeoutMs ?? 10_000);
  const connectTimeoutMs = milliseconds('connectTimeoutMs', options.connectTimeoutMs ?? 5000);
  const answerTimeoutMs = statementTimeoutMs + Math.min(statementTimeoutMs, maxSlackMs);
  if (!Number.isSafeInteger(maxConnections) || maxConnections < 1) {
    throw new TypeError('maxConnections must be a whole number, 1 or more');
  }
  const timeouts = {
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    // A transaction whose client has vanished would hold its rows until the network gives up.
    idle_in_transaction_session_timeout: answerTimeoutMs,
  };
  const isOurs = typeof connection === 'string';
  const sessionsAreOurs = isOurs && prepare;
  if (!isOurs && options.maxConnections !== undefined) throw new TypeError('maxConnections is set in your pool');
  if (!sessionsAreOurs && schema !== undefined) {
    throw new TypeError('schema needs sessions of our own: set the search_path of the user or of your pool instead');
  }
  const pool = isOurs
    ? openPool({
        connection,
        connectTimeoutMs,
        answerTimeoutMs,
        maxConnections,
        session: sessionsAreOurs ? sessionSettings(timeouts, schema) : null,
      })
    : connection;
  const connections = new Connections(pool, {
    prepare,
    connectTimeoutMs,
    answerTimeoutMs,
    sessionsAreOurs,
    begin: sessionsAreOurs ? begin : [begin, ...assignments('set local', timeouts)].join('; '),
  });
  return { connections, close: closing(pool, connections, isOurs) };
}

const begin = 'begin isolation level read committed';

const assignments = (set: string, values: Readonly<Record<string, number>>): string[] =>
  Object.entries(values).map(([name, value]) => `${set} ${name} = ${value}`);

/**
 * Where a client vanishes in the middle of a message, only the network tells the server, which by default asks after two
 * hours; the same goes for a server that vanishes during a long migration. In seconds.
 */
const probes = { tcp_keepalives_idle: 30, tcp_keepalives_interval: 10, tcp_keepalives_count: 3 };

/** What every session of ours starts with, so that one statement alone is a transaction as all of ours are. */
const sessionSettings = (timeouts: Readonly<Record<string, number>>, schema: string | undefined): string =>
  [
    'set session characteristics as transaction isolation level read committed',
    ...assignments('set', timeouts),
    ...assignments('set', probes),
    ...(schema === undefined ? [] : [`set search_path = ${pg.escapeIdentifier(schema)}`]),
  ].join('; ');

interface PoolSettings {
  readonly connection: string;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly maxConnections: number;
  /** What each session starts with; `null` where sessions do not last. */
  readonly session: string | null;
}

function openPool(settings: PoolSettings): Pool {
  const { session } = settings;
  return new pg.Pool({
    connectionString: settings.connection,
    max: settings.maxConnections,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    query_timeout: settings.answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: probes.tcp_keepalives_idle * 1000,
    fallback_application_name: 'pwreset',
    // A pooler may have its own mind about what belongs together.
    pipeline: session !== null,
    ...(session !== null && { onConnect: (client) => client.query(session) }),
  });
}

function closing(pool: Pool, connections: Connections, isOurs: boolean): () => Promise<void> {
  // An idle connection that dies is told as an event, which without a listener would end the process. Nothing is lost: no
  // statement was under way, the pool has removed the connection, and the next use opens another.
  const ignore = (): void => undefined;
  pool.on('error', ignore);
  let closed: Promise<void> | null = null;
  return () => {
    connections.close();
    if (!isOurs) pool.removeListener('error', ignore);
    closed ??= isOurs ? pool.end() : Promise.resolve();
    return closed;
  };
}

function milliseconds(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= 0x3fff_ffff) return value;
  throw new TypeError(`${name} must be a whole number of milliseconds, 1 or more`);
}
