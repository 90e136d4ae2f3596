import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultCodeFormat } from '../src/codes.js';
import { defaultHashGate } from '../src/hash-gate.js';
import { defaultLimitRules } from '../src/limit-rules.js';
import { limitNames } from '../src/limits.js';
import { defaultPasswordRules, nistPasswordRules } from '../src/password-policy.js';
import { createPwreset } from '../src/pwreset.js';
import {
  defaultCodeLifetimeMs,
  defaultDelivery,
  defaultPurgeAgeMs,
  defaultResetLifetimeMs,
  defaultRevokeLifetimeMs,
} from '../src/settings.js';
import { options, stubStorage } from './fixtures.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, less the two of its head. */
function table(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  days: 86_400_000,
  years: 365 * 86_400_000,
};

/** `5 min` in milliseconds, and `50 years: in words` too; what is no duration as it is. */
function parsed(cell = ''): string | number {
  const [, count = '', unit = ''] = /^(\d+)(?: (\w+))?(?:: .*)?$/.exec(cell) ?? [];
  if (count === '') return cell;
  return unit === '' ? Number(count) : Number(count) * (unitsMs[unit] ?? Number.NaN);
}

const prefixed = (prefix: string, values: object): readonly (readonly [string, unknown])[] =>
  Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]);

describe('the README says what the code does (ASVS 5.0, V6.1.1)', () => {
  test('every limit with its numbers', () => {
    const documented = table('Limits').map(([name = '', , capacity, refill]) => [
      name,
      { capacity: parsed(capacity), refillMs: parsed(refill) },
    ]);
    const named = limitNames.map((name) => [`\`${name}\``, defaultLimitRules[name]] as const);
    expect(documented).toHaveLength(named.length);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(named));
  });

  test('every other number with its default', () => {
    const documented = table('Lifetimes and other numbers').map(([name = '', , value]) => [name, parsed(value)]);
    const defaults = [
      ['resetLifetimeMs', defaultResetLifetimeMs],
      ['codeLifetimeMs', defaultCodeLifetimeMs],
      ['codes.alphabet`, `codes.length', `\`${defaultCodeFormat.alphabet}\`, ${defaultCodeFormat.length}`],
      ['revokeLifetimeMs', defaultRevokeLifetimeMs],
      ...prefixed('passwordRules', defaultPasswordRules),
      ...prefixed('hashing', defaultHashGate),
      ...prefixed('delivery', defaultDelivery),
      ['purge({ olderThanMs })', defaultPurgeAgeMs],
    ];
    expect(documented).toEqual(defaults.map(([name, value]) => [`\`${String(name)}\``, value]));
    expect(readme).toContain(`\`nistPasswordRules\` asks for ${nistPasswordRules.minLength}`);
  });

  test('every flow', () => {
    const documented = table('Flows').flatMap(([names = '']) =>
      names.split(', ').map((name) => name.replaceAll('`', '')),
    );
    const directory = {
      findService: async () => null,
      findKey: async () => null,
      findKeyByDigest: async () => null,
      listKeys: async () => [],
      listAudit: async () => [],
      listJobs: async () => [],
    };
    const pwreset = createPwreset(options({ storage: { ...stubStorage(), ...directory } }));
    expect(documented.toSorted()).toEqual(Object.keys(pwreset).toSorted());
  });

  test('every dependency', () => {
    const { dependencies }: { dependencies: object } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    );
    expect(table('Dependencies').map(([name = '']) => name.replaceAll('`', ''))).toEqual(Object.keys(dependencies));
  });
});
