import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { checkLinkTemplate } from '@pwreset/core';
import { ssoLinks } from '@pwreset/http';
import { StartRefused } from './start-refused.js';

export const frameworks = ['express', 'hono'] as const;
export type Framework = (typeof frameworks)[number];

/** Where everything is kept, and which file beside it keeps what a database must not hold. */
export type DemoDatabase =
  | { readonly kind: 'sqlite'; readonly file: string; readonly secretsFile: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly secretsFile: string };

/** What the demo was told by its environment. */
export interface DemoSettings {
  /** 0 takes any free port. */
  readonly port: number;
  readonly database: DemoDatabase;
  readonly framework: Framework;
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

type Place = (file: string) => string;

/** The demo's own folder, below the one that the script was called from. */
const folder = '.demo';

export const sqliteAt = (file: string): DemoDatabase => ({
  kind: 'sqlite',
  file,
  secretsFile: `${file}.secrets.json`,
});

/** One file of secrets for each database; neither its name nor its place says the password. */
function postgresAt(given: string, place: Place): DemoDatabase {
  if (!URL.canParse(given))
    throw new StartRefused('PWRESET_DB must be a file or a URL such as postgres://user@host/database');
  const { host, pathname } = new URL(given);
  const name = createHash('sha256').update(`${host}${pathname}`).digest('hex').slice(0, 12);
  return { kind: 'postgres', url: given, secretsFile: place(`${folder}/postgres-${name}.secrets.json`) };
}

function databaseFrom(given: string, place: Place): DemoDatabase {
  if (/^postgres(?:ql)?:\/\//.test(given)) return postgresAt(given, place);
  if (/[/\\]$/.test(given)) {
    throw new StartRefused(`PWRESET_DB must be a file, not the folder ${JSON.stringify(given)}`);
  }
  return sqliteAt(place(given));
}

function frameworkFrom(given: string): Framework {
  const framework = frameworks.find((name) => name === given);
  if (framework !== undefined) return framework;
  throw new StartRefused(`PWRESET_FRAMEWORK must be ${frameworks.join(' or ')}, not ${JSON.stringify(given)}`);
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
  const place: Place = (file) => whereTheUserStands(env, file);
  return {
    port: read('PORT', portFrom) ?? 8042,
    database: databaseFrom(blankIsAbsent(env['PWRESET_DB']) ?? `${folder}/pwreset.db`, place),
    framework: read('PWRESET_FRAMEWORK', frameworkFrom) ?? 'express',
    secret: read('PWRESET_SECRET', secretFrom),
    localUrl: read('LOCAL_URL', localUrlFrom),
  };
}
