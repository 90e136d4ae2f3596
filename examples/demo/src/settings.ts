import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** What the demo was told by its environment. */
export interface DemoSettings {
  /** 0 takes any free port. */
  readonly port: number;
  /** A file. */
  readonly database: string;
  /** `null`: the one kept beside the database. */
  readonly secret: string | null;
  /** `null`: a page of the demo itself. */
  readonly localUrl: string | null;
}

const blankIsAbsent = (value: string | undefined): string | null => value?.trim() || null;

/** @throws Error for a port that is none */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): DemoSettings {
  const given = blankIsAbsent(env['PORT']);
  const port = given === null ? 8042 : Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is not a port: ${given}`);
  return {
    port,
    database: blankIsAbsent(env['PWRESET_DB']) ?? '.demo/pwreset.db',
    secret: blankIsAbsent(env['PWRESET_SECRET']),
    localUrl: blankIsAbsent(env['LOCAL_URL']),
  };
}

const keptState = z.object({
  secret: z.string().min(32),
  service: z.object({ id: z.string(), key: z.string() }).nullable(),
});

/** What a second start needs and the database must not hold. */
export type KeptState = z.infer<typeof keptState>;

const stateFile = (database: string): string => `${database}.secrets.json`;

/** Reads what an earlier start kept beside the database, or begins anew. */
export function readKept(database: string): KeptState {
  mkdirSync(dirname(database), { recursive: true });
  try {
    return keptState.parse(JSON.parse(readFileSync(stateFile(database), 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const fresh = { secret: randomBytes(32).toString('base64url'), service: null };
    keep(database, fresh);
    return fresh;
  }
}

/** Only its owner can read it. */
export function keep(database: string, state: KeptState): void {
  writeFileSync(stateFile(database), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
