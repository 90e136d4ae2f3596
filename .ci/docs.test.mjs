import assert from 'node:assert/strict';
import { mkdtempDisposableSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { docsProblems } from './docs-rules.mjs';
import { writeFiles } from './scratch.mjs';

/** @param {string} name */
const manifest = (name) =>
  JSON.stringify({ name: `@pwreset/${name}`, version: '1.0.0', type: 'module', exports: { '.': './src/index.ts' } });

/** A page with one block. @param {string} code @param {string} [more] */
const page = (code, more = '') => `# Page\n\n\`\`\`ts\n${code}\n\`\`\`\n${more}`;

/** A docstring with one example. @param {string} code @param {string} [text] */
const shown = (code, text = 'Does what it says.') =>
  ['/**', ` * ${text}`, ' *', ' * @example', ' * ```ts', ` * ${code}`, ' * ```', ' */', ''].join('\n');

const healthy = {
  'tsconfig.base.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2024',
      lib: ['ES2024'],
      module: 'NodeNext',
      types: [],
      strict: true,
      noUnusedLocals: true,
      noEmit: true,
    },
  }),
  'README.md': page(
    "import { twice } from '@pwreset/core';\nconst four = await twice(2);",
    '[a](docs/guide.md#top) [b](packages/core) [c](https://a.example) `[d](e)`\n\n```sh\n[f](g)\n```\n',
  ),
  'docs/guide.md': '[back](../README.md)\n',
  'packages/core/package.json': manifest('core'),
  'packages/core/README.md': page("import { Odd } from '@pwreset/core';\nconst odd = new Odd();"),
  'packages/core/src/index.ts':
    "export { half, isOdd, Odd, twice } from './numbers.js';\nexport type * from './types.js';\n",
  'packages/core/src/types.ts': [
    "import type { Secret } from './secret.js';",
    '/** See {@link Pair.left} and {@link TypeError}. */',
    'export interface Pair {\n  readonly left: number;\n  /** As {@link left}. */\n  readonly right: Secret;\n}\n',
  ].join('\n'),
  'packages/core/src/secret.ts':
    'const inner = 1;\n/** More than {@link inner}. */\nexport interface Secret {\n  readonly more: typeof inner;\n}\n',
  'packages/core/src/numbers.ts': [
    shown("import { half } from '@pwreset/core';\n * half(4);"),
    'export const half = (n: number): number => n / 2;\n/** Like `half`. */\nexport const isOdd = (n: number): boolean => n % 2 === 1;\n',
    '/** A number that is odd. */\nexport class Odd {}\n',
    shown("import { twice } from '@pwreset/core';\n * if ((await twice(2)) !== 4) throw new Error();"),
    'export async function twice(n: number): Promise<number> {\n  return 2 * n;\n}\n',
  ].join(''),
  'packages/memory/package.json': manifest('memory'),
  'packages/memory/src/index.ts': "export { keep } from './keep.js';\n",
  'packages/memory/src/keep.ts': `${shown("import { keep } from '@pwreset/memory';\n * keep();", 'Keeps a {@link Pair}.')}export function keep(): void {}\n`,
};

const family = { package: '@pwreset/core', shown: 'half', others: ['isOdd'], reason: 'alike' };
const secret = { package: '@pwreset/core', file: 'src/secret.ts', names: ['Secret'], reason: 'private' };

/** @param {Record<string, string>} changes @param {Partial<Parameters<typeof docsProblems>[1]>} [options] */
async function checked(changes, options = {}) {
  using folder = mkdtempDisposableSync(join(realpathSync(tmpdir()), 'pwreset-ci-'));
  writeFiles(folder.path, { ...healthy, ...changes });
  const list = () => readdirSync(folder.path, { recursive: true }).sort();
  const written = list();
  const found = await docsProblems(folder.path, {
    families: [family],
    notExported: [secret],
    limitMs: 4_000,
    ...options,
  });
  assert.deepEqual(list(), written, 'the check leaves no trace');
  return found;
}

test('a healthy workspace has no problem', async () => {
  assert.deepEqual(await checked({}), { counted: { blocks: 5, runs: 3 }, problems: [] });
});

const broken = {
  'README.md': `${page("const n: number = 'four';", '[a](docs/none.md)\n[b](../outside.md)\n[c]: gone.md\n')}${'\n'.repeat(150)}.\n`,
  'docs/guide.md': page("import { pad } from 'left-pad';"),
  'packages/core/README.md': page('const a = (1;'),
  'packages/memory/src/index.ts': [
    "export { bare, Bare, byLink, byTag, Hidden, leaves, lost, missing, mute, plain, slow, throwing, wrong } from './keep.js';",
    "export type { Uses } from './keep.js';\n",
  ].join('\n'),
  'packages/memory/src/keep.ts': [
    'export const bare = (): void => {};\nexport class Bare {}\n',
    '/** Shows nothing at all. */\nexport function plain(): void {}\n',
    `${shown('const done = 1;', 'Keeps')}export function mute(): void {}\n`,
    '/**\n * Has an example in prose.\n * @example keep();\n */\nexport function missing(): void {}\n',
    `${shown("const n: number = 'five';")}export function wrong(): void {}\n`,
    `${shown("throw new Error('as shown');")}export function throwing(): void {}\n`,
    `${shown('const wait = globalThis;\n * while (wait) await null;')}export function slow(): void {}\n`,
    `${shown('const a = 1;', 'See {@link Nobody}.')}export function lost(): void {}\n`,
    `${shown('const a = 1;', 'See {@link Hiding}.')}export function byLink(): void {}\n`,
    `${shown('const a = 1;', 'See {@link Pair.middle}.')}export function leaves(): void {}\n`,
    `${shown('const a = 1;', 'Does it.\n * @bogus')}export function byTag(): void {}\n`,
    'export interface Hiding {\n  readonly a: number;\n}\n/** Made of what is hidden. */\nexport class Hidden {}\n',
    'export interface Uses {\n  readonly hiding: Hiding;\n  /** @throws {@link Unseen} */\n  run(): void;\n}\n',
    '/** See {@link Unknown}. */\nexport interface Inner {\n  readonly a: number;\n}\n',
  ].join(''),
};

/** @type {readonly [string, RegExp][]} */
const findings = [
  ['a block that does not compile', /^README\.md:4: Type 'string' is not assignable/],
  ['a block that imports what is not installed', /^docs\/guide\.md:4: Cannot find module 'left-pad'/],
  ['a block that is not TypeScript', /^packages\/core\/README\.md:4: '\)' expected/],
  ['an example that does not compile', /^packages\/memory\/src\/keep\.ts:24: Type 'string' is not assignable/],
  ['an example that throws', /keep\.ts:33: the @example fails with 1\n.*as shown/s],
  ['an example that does not end', /keep\.ts:42: the @example does not end within 4 s/],
  ['an example without a block', /keep\.ts:16: an @example without a block of ts/],
  ['a function without a docstring', /keep\.ts:1: bare has no docstring/],
  ['a function without an example', /keep\.ts:4: plain has no @example/],
  ['a class without a docstring', /keep\.ts:2: Bare has no docstring/],
  ['a docstring that is no sentence', /keep\.ts:13: mute has no docstring with a sentence/],
  ['a link to nothing', /\{@link Nobody\} leads to no export/],
  ['a public link to what is not public', /\{@link Hiding\} leads to no export/],
  ['a link to a member that is not there', /\{@link Pair\.middle\} leads to no export/],
  ['a link to nothing in a tag of a member', /\{@link Unseen\} leads to no export/],
  ['a link to nothing in a docstring that is not public', /\{@link Unknown\} leads to no export/],
  ['a link to a file that is not there', /^README\.md:6: links to docs\/none\.md/],
  ['a link out of the repository', /^README\.md:7: links to \.\.\/outside\.md/],
  ['a reference to a file that is not there', /^README\.md:8: links to gone\.md/],
  ['a long README', /^README\.md has 159 lines/],
  ['a tag that TypeDoc does not know', /^typedoc: .*@bogus/],
  ['a public type of hidden types', /^typedoc: Hiding, .*not included/],
];

/** @type {{ problems: string[] }} */
let found = { problems: [] };
before(async () => {
  found = await checked(broken);
});

for (const [what, finding] of findings) {
  test(`finds ${what}`, () => {
    const hits = found.problems.filter((problem) => finding.test(problem));
    assert.equal(hits.length, 1, found.problems.join('\n'));
  });
}

test('finds nothing else', () => {
  // `bare` has neither a docstring nor an example.
  const others = found.problems.filter((problem) => !findings.some(([, finding]) => finding.test(problem)));
  assert.deepEqual(others, ['packages/memory/src/keep.ts:1: bare has no @example']);
});

test('finds exceptions that nothing needs', async () => {
  const { problems } = await checked(
    { 'packages/core/src/types.ts': '/** Of two. */\nexport interface Pair {\n  readonly left: number;\n}\n' },
    {
      families: [family, { ...family, shown: 'isOdd', others: ['half', 'gone'] }],
      notExported: [secret, { ...secret, names: ['gone'] }],
    },
  );
  assert.deepEqual(
    problems.map((problem) => problem.replaceAll(/\s+/g, ' ').slice(0, 60)),
    [
      '@pwreset/core: isOdd has no @example to serve its family',
      '@pwreset/core: half needs no place in the family of isOdd',
      '@pwreset/core: gone needs no place in the family of isOdd',
      'typedoc: The following symbols were marked as intentionally ',
    ],
  );
});
