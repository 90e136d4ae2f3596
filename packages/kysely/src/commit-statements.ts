import { tokenPurposes } from '@pwreset/core';
import type { SqlDialect } from './dialect.js';
import type { Compiled } from './statement.js';
import { createStatements, type Mapping } from './statements.js';

/** A statement's text with places, and what is to be filled in there, in their order. */
export interface StatementText {
  readonly sql: string;
  readonly kinds: readonly ('text' | 'number')[];
}

/** What a statement of a plan is there for, and so what it means that it met no row. */
export interface CommitStatement extends StatementText {
  readonly role: 'lock' | 'guard' | 'write' | 'conflict' | 'attempt_taken';
}

/** One limit: the charge, and what says how long to wait where it refuses. */
export interface ChargeStatement extends StatementText {
  readonly role: 'charge';
  readonly retryAfter: StatementText;
}

interface Fill {
  compiled(): Compiled;
}

const textOf = (fill: Fill): StatementText => {
  const { sql, slots } = fill.compiled();
  return { sql, kinds: slots.map(({ kind }) => kind) };
};

const purposeSets = Array.from({ length: 2 ** tokenPurposes.length }, (_, bits) =>
  tokenPurposes.filter((_purpose, place) => (bits >> place) % 2 === 1),
);

/**
 * Every statement that a flow may commit, for a database that can keep them all as one routine. Those that only a Directory
 * writes are left out.
 *
 * @example
 * ```ts
 * import { commitStatements, postgresDialect } from '@pwreset/kysely';
 *
 * commitStatements(postgresDialect()).filter(({ role }) => role === 'guard').length; // 4
 * ```
 */
export function commitStatements(
  dialect: SqlDialect,
  mapping: Mapping = {},
): readonly (CommitStatement | ChargeStatement)[] {
  const { users, tokens, jobs, limits, audit, keys, mappedKeys } = createStatements(dialect, mapping);
  const as = (role: CommitStatement['role'], fills: readonly Fill[]): readonly CommitStatement[] =>
    fills.map((fill) => ({ role, ...textOf(fill) }));
  const { set, replace, enable, disable } = users.passwords;
  return [
    { role: 'charge', ...textOf(limits.charge), retryAfter: textOf(limits.retryAfter) },
    ...as('lock', users.locks),
    ...as('guard', [tokens.requireOpen, users.requireCredential, users.requireEnabled, jobs.hold]),
    ...as('write', [tokens.use, tokens.issue, jobs.enqueue, jobs.finish, jobs.renew, jobs.retry, jobs.bury]),
    ...as('write', [limits.clear, keys.revokeOfUser, ...(mappedKeys === null ? [] : [mappedKeys.revokeOfUser])]),
    ...as('write', [...set.statements, ...replace.statements, ...enable.statements, ...disable.statements]),
    ...as(
      'write',
      purposeSets.flatMap((purposes) => tokens.close(purposes) ?? []),
    ),
    ...as('attempt_taken', [audit.record]),
    ...as('conflict', [keys.create]),
  ];
}
