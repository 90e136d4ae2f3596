import type { Mapping } from '@pwreset/kysely';

/**
 * Tables that an application has already, as its own tools make them, and the statements with which it keeps its users. In
 * them stand by name `@id`, `@email`, `@address` (its comparable form), `@hash`, `@enabled` and `@created`. In `edit`, what is
 * to stay is null.
 */
export interface ExistingTables {
  readonly ddl: string;
  readonly mapping: Mapping;
  /** The id of the n-th user. */
  userId(n: number): string;
  /** The address as the application stores it. */
  email(email: string): string;
  /** What the password's column holds for a hash. */
  stored(hash: string): string;
  /** Epoch milliseconds as the application writes a time. */
  time(ms: number): string | number;
  readonly insert: readonly string[];
  readonly edit: readonly string[];
  /** Sets a new hash where passwords have a table of their own, and touches nothing of the user's row. */
  readonly editPassword?: string;
  readonly remove: readonly string[];
  /** Locks the user's row. */
  readonly lock: string;
  /** Answers a row while the user is enabled. */
  readonly enabled: string;
  /** Where the application keeps keys, if not in `pwreset_keys`. */
  readonly keys?: ExistingKeys;
}

export interface ExistingKeys {
  /** Adds the key `@id` of the user `@user`, made at `@created` in epoch milliseconds. */
  readonly insert: string;
  /** Answers `id`, `enabled` and `revoked` of the keys of `@user`. */
  readonly select: string;
}

export const unchanged = (text: string): string => text;

/** `2026-01-02T03:04:05.678Z`, as `JSON.stringify` writes a `Date`. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** `2026-01-02 03:04:05` in UTC, as PHP's `Y-m-d H:i:s`. */
export const secondsTime = (ms: number): string => isoTime(ms).slice(0, 19).replace('T', ' ');

/** `2026-01-02 03:04:05.678000Z`, as Python and Ruby write a time with microseconds; a `timestamp` drops the `Z`. */
export const microsecondsTime = (ms: number): string => `${isoTime(ms).slice(0, 23).replace('T', ' ')}000Z`;
