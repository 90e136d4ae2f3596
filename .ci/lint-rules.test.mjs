import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { withFiles } from './scratch.mjs';

const root = resolve(import.meta.dirname, '..');
const biome = join(
  dirname(createRequire(join(root, 'package.json')).resolve('@biomejs/biome/package.json')),
  'bin/biome',
);
const configuration = Object.fromEntries(
  ['biome.json', '.ci/clock.grit', '.gitignore'].map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);

/** The rules that a file breaks under this workspace's configuration. @param {string} path @param {string} text */
function brokenRules(path, text) {
  return withFiles({ ...configuration, [path]: text }, (folder) => {
    const { stdout } = spawnSync(
      process.execPath,
      [biome, 'lint', '--reporter=json', '--diagnostic-level=error', path],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    /** @type {{ diagnostics: { category: string }[] }} */
    const report = JSON.parse(stdout);
    return [...new Set(report.diagnostics.map((diagnostic) => diagnostic.category))];
  });
}

const plain = 'packages/kysely/src/plain.ts';
const spec = 'packages/kysely/test/plain.test.ts';
/** @param {string} body */
const inTest = (body) => `import { expect, test } from 'vitest';\n\n${body}\n`;

/** @type {readonly [string, string, string][]} */
const broken = [
  ...[
    'Date.now()',
    'Date["now"]()',
    'globalThis.Date.now()',
    'new Date()',
    'new Date',
    'Date()',
    'Math.random()',
    '[1].map(Math.random)',
  ].map((use) => /** @type {[string, string, string]} */ (['plugin', plain, `export const it = ${use};\n`])),
  ['plugin', spec, inTest("test('a', () => expect(Date.now()).toBe(1));")],
  ['lint/suspicious/noExplicitAny', plain, 'export const it = (value: any): unknown => value;\n'],
  ['lint/suspicious/noTsIgnore', plain, '// @ts-ignore\nexport const it: number = 1;\n'],
  ['lint/suspicious/noConsole', plain, "console.log('it');\n"],
  ['lint/suspicious/noFocusedTests', spec, inTest("test.only('a', () => expect(1).toBe(1));")],
  ['lint/suspicious/noSkippedTests', spec, inTest("test.skip('a', () => expect(1).toBe(1));")],
  ['lint/nursery/noFloatingPromises', plain, 'const work = async (): Promise<void> => {};\nwork();\n'],
  ['lint/nursery/noUnsafeTypeAssertion', plain, 'export const it = (value: unknown): string => value as string;\n'],
  ['lint/style/noNonNullAssertion', plain, 'export const it = (value: string | null): string => value!;\n'],
  ['lint/correctness/noNodejsModules', 'packages/core/src/plain.ts', "export * from 'node:path';\n"],
  ['lint/style/noRestrictedGlobals', 'packages/core/src/plain.ts', "export const it = Buffer.from('it');\n"],
];

for (const [rule, path, text] of broken) {
  test(`${rule} refuses, in ${path}: ${text.split('\n').at(-2)}`, () => {
    const rules = brokenRules(path, text);
    assert.ok(rules.includes(rule), `broken instead: ${rules.join(', ') || 'nothing'}`);
  });
}

test('the system clock may read the time', () => {
  assert.deepEqual(
    brokenRules('packages/core/src/system-clock.ts', 'export const now = (): number => Date.now();\n'),
    [],
  );
});

test('a date of a given time is fine', () => {
  assert.deepEqual(brokenRules(plain, 'export const at = (ms: number): Date => new Date(ms);\n'), []);
});
