import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { StartRefused } from './start-refused.js';

const keptState = z.object({
  secret: z.string().min(32),
  service: z.object({ id: z.string().min(1), key: z.string().min(1) }),
});

/** What a second start needs and the database must not hold. */
export type KeptState = z.infer<typeof keptState>;

export const freshSecret = (): string => randomBytes(32).toString('base64url');

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** What an earlier start kept; `null` before the first. @throws {@link StartRefused} */
export function readKept(file: string): KeptState | null {
  try {
    return keptState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    // Below a path that is no folder there is no file either; opening the database says so.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    // Parsers quote what they read, so their words stay out of the message.
    throw new StartRefused(`the secrets of PWRESET_DB are damaged or unreadable; restore or remove ${file}`);
  }
}

/** Writes a whole file that only its owner can read, and gives it its name in one step, so that nobody reads half of it. */
function written(file: string, state: KeptState, name: (temporary: string, file: string) => void): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    name(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Keeps the state of a first start. Of several at once one wins, and every one goes on with what is returned: the winner's. */
export function keepFirst(file: string, state: KeptState): KeptState {
  try {
    // link(2) fails where the name is taken; rename(2) would replace what the other one already uses.
    written(file, state, linkSync);
    return state;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return readKept(file) ?? keepFirst(file, state);
  }
}

/** Keeps another state in place of one that the database does not know. */
export const replaceKept = (file: string, state: KeptState): void => written(file, state, renameSync);
