import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directionProblems } from './direction-rules.mjs';
import { manifestProblems } from './manifest-rules.mjs';
import { withFiles } from './scratch.mjs';
import { readWorkspace } from './workspace.mjs';

/** @param {string} name @param {Record<string, unknown>} [fields] */
function manifest(name, fields = {}) {
  return JSON.stringify({
    name: `@pwreset/${name}`,
    version: '1.0.0',
    description: name,
    keywords: ['password'],
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.12' },
    exports: { '.': './src/index.ts' },
    publishConfig: {
      access: 'public',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      types: './dist/index.d.ts',
    },
    files: ['dist'],
    ...fields,
  });
}

const onCore = { '@pwreset/core': 'workspace:^' };
const healthy = {
  'packages/core/package.json': manifest('core', { dependencies: { nanoid: 'catalog:' } }),
  'packages/core/src/index.ts': "export { id } from './id.js';\n",
  'packages/core/src/id.ts': "import { nanoid } from 'nanoid';\nexport const id = nanoid;\n",
  'packages/core/test/id.test.ts':
    "import { test } from 'vitest';\nimport { id } from '../src/id.js';\ntest('id', id);\n",
  'packages/memory/package.json': manifest('memory', {
    dependencies: onCore,
    devDependencies: { '@pwreset/conformance': 'workspace:^' },
  }),
  'packages/memory/src/index.ts': "import { id } from '@pwreset/core';\nexport const memory = id;\n",
  'packages/memory/test/memory.test.ts': "import '@pwreset/conformance';\nimport '../src/index.js';\n",
  'packages/conformance/package.json': manifest('conformance', { dependencies: onCore }),
  'packages/conformance/src/index.ts': "export type * from '@pwreset/core';\n",
  'examples/demo/package.json': JSON.stringify({ name: '@pwreset/demo', private: true, dependencies: onCore }),
  'examples/demo/src/main.ts': "import '@pwreset/core';\nimport { join } from 'node:path';\njoin('');\n",
};

/** @param {Record<string, string>} changes */
function problemsWith(changes) {
  return withFiles({ ...healthy, ...changes }, (folder) => {
    const packages = readWorkspace(folder);
    return [...directionProblems(packages), ...manifestProblems(packages)];
  });
}

test('a healthy workspace has no problem', () => {
  assert.deepEqual(problemsWith({}), []);
});

/** @type {readonly [string, Record<string, string>, RegExp][]} */
const broken = [
  [
    'a node: import in core',
    { 'packages/core/src/id.ts': "import 'nanoid';\nimport 'node:crypto';\n" },
    /core imports node:crypto/,
  ],
  ['a builtin without node:', { 'packages/memory/src/x.ts': "import 'fs';\n" }, /imports fs without node:/],
  [
    'a foreign dependency of core',
    {
      'packages/core/package.json': manifest('core', { dependencies: { nanoid: 'catalog:', kysely: 'catalog:' } }),
      'packages/core/src/x.ts': "export type * from 'kysely';\n",
    },
    /core imports kysely/,
  ],
  [
    'core that knows another package',
    {
      'packages/core/package.json': manifest('core', {
        dependencies: { nanoid: 'catalog:', '@pwreset/memory': 'workspace:^' },
      }),
      'packages/core/src/x.ts': "import type { memory } from '@pwreset/memory';\nexport type X = typeof memory;\n",
    },
    /core may not know memory/,
  ],
  [
    'an undeclared import',
    { 'packages/memory/src/x.ts': "export const x = import('kysely');\n" },
    /kysely, which .* not declare/,
  ],
  [
    'a source that imports a test tool',
    { 'packages/memory/src/x.ts': "import 'vitest';\n" },
    /vitest, which .* not declare/,
  ],
  [
    'a source that imports a devDependency',
    { 'packages/memory/src/x.ts': "import '@pwreset/conformance';\n" },
    /as a dependency/,
  ],
  [
    'an unused dependency',
    { 'packages/core/src/id.ts': 'export const id = 1;\n' },
    /nanoid is a dependency that no source imports/,
  ],
  [
    'an unused devDependency',
    { 'packages/memory/test/memory.test.ts': '' },
    /conformance is a devDependency that nothing/,
  ],
  [
    'conformance as a dependency',
    {
      'packages/memory/package.json': manifest('memory', {
        dependencies: { ...onCore, '@pwreset/conformance': 'workspace:^' },
      }),
      'packages/memory/src/x.ts': "import '@pwreset/conformance';\n",
    },
    /conformance may only be a devDependency/,
  ],
  ['an import of an example', { 'packages/memory/test/x.test.ts': "import '@pwreset/demo';\n" }, /imports the example/],
  [
    'a path out of the package',
    { 'packages/memory/test/x.test.ts': "import '../../core/src/id.js';\n" },
    /outside its area/,
  ],
  [
    'a source that imports a test',
    { 'packages/memory/src/x.ts': "import '../test/memory.test.js';\n" },
    /outside its area/,
  ],
  [
    'a path that is not exported',
    { 'packages/memory/src/x.ts': "import '@pwreset/core/src/id.js';\n" },
    /does not export/,
  ],
  [
    'a circle of files, types included',
    {
      'packages/core/src/a.ts': "export type { B } from './b.js';\nexport type A = 1;\n",
      'packages/core/src/b.ts': "import type { A } from './a.js';\nexport type B = A;\n",
    },
    /circle of files in packages\/core: src\/a\.ts → src\/b\.ts → src\/a\.ts/,
  ],
  [
    'a circle of packages through a devDependency',
    {
      'packages/conformance/package.json': manifest('conformance', {
        dependencies: onCore,
        devDependencies: { '@pwreset/memory': 'workspace:^' },
      }),
      'packages/conformance/test/x.test.ts': "import '@pwreset/memory';\n",
    },
    /circle of packages: @pwreset\/conformance → @pwreset\/memory → @pwreset\/conformance/,
  ],
  [
    'a silenced type error',
    { 'packages/memory/test/x.test.ts': '// @ts-expect-error\nexport const x: 1 = 2;\n' },
    /silences the compiler/,
  ],
  ['a long file', { 'packages/memory/src/x.ts': 'export {};\n'.repeat(251) }, /251 lines, 250 at most/],
  [
    'another license',
    { 'packages/core/package.json': manifest('core', { dependencies: { nanoid: 'catalog:' }, license: 'ISC' }) },
    /license must be "MIT"/,
  ],
  [
    'a version of its own',
    { 'packages/core/package.json': manifest('core', { dependencies: { nanoid: '^6.0.0' } }) },
    /nanoid must be catalog:, not/,
  ],
  [
    'a published path to a source',
    { 'packages/core/package.json': manifest('core', { dependencies: { nanoid: 'catalog:' }, publishConfig: {} }) },
    /publishConfig must mirror/,
  ],
];

for (const [what, changes, expected] of broken) {
  test(`finds ${what}`, () => {
    const problems = problemsWith(changes);
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `expected ${expected} among:\n${problems.join('\n')}`,
    );
  });
}
