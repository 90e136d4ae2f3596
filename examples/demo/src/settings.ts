import { resolve } from 'node:path';
import { checkLinkTemplate } from '@pwreset/core';
import { ssoLinks } from '@pwreset/http';
import { StartRefused } from './start-refused.js';

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

const minSecretBytes = 32;

const blankIsAbsent = (value: string | undefined): string | null => value?.trim() || null;

function portFrom(given: string): number {
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (!(port <= 65_535)) throw new StartRefused(`PORT must be a number from 0 to 65535, not ${JSON.stringify(given)}`);
  return port;
}

function databaseFrom(given: string): string {
  if (/[/\\]$/.test(given))
    throw new StartRefused(`PWRESET_DB must be a file, not the folder ${JSON.stringify(given)}`);
  return given;
}

function secretFrom(given: string): string {
  if (Buffer.byteLength(given) >= minSecretBytes) return given;
  throw new StartRefused(`PWRESET_SECRET must have ${minSecretBytes} bytes or more`);
}

/** The rule that links in mails are held to: https, or http on this machine, without credentials. */
function localUrlFrom(given: string): string {
  try {
    checkLinkTemplate(ssoLinks(given).reset, { allowInsecureLinks: false });
    return given;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new StartRefused(`LOCAL_URL must be https, or http on this machine: ${error.message}`);
  }
}

/** A script runs in its package's folder; `INIT_CWD` is where it was called from. */
const whereTheUserStands = (env: Readonly<Record<string, string | undefined>>, file: string): string =>
  env['INIT_CWD'] === undefined ? file : resolve(env['INIT_CWD'], file);

/** Checks everything that can be before a file or a port is touched. @throws {@link StartRefused} */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): DemoSettings {
  const read = <T>(name: string, parse: (given: string) => T): T | null => {
    const given = blankIsAbsent(env[name]);
    return given === null ? null : parse(given);
  };
  return {
    port: read('PORT', portFrom) ?? 8042,
    database: whereTheUserStands(env, read('PWRESET_DB', databaseFrom) ?? '.demo/pwreset.db'),
    secret: read('PWRESET_SECRET', secretFrom),
    localUrl: read('LOCAL_URL', localUrlFrom),
  };
}
