/** @import { Package } from './workspace.mjs' */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run, runPnpm } from './run-command.mjs';
import { readManifest } from './workspace.mjs';

/** What a consumer in TypeScript brings itself. */
const typesOfNode = '@types/node';

/**
 * Installs the tarballs into an empty project, type-checks a program over their declarations with nothing skipped, and runs
 * it: a whole reset.
 * @param {{ root: string, packages: readonly Package[], tarballs: ReadonlyMap<string, string>, folder: string }} input
 * @returns {string[]}
 */
export function consumerProblems({ root, packages, tarballs, folder }) {
  mkdirSync(folder);
  const peers = packages.flatMap((pkg) => Object.keys(pkg.manifest.peerDependencies ?? {}));
  const pins = pinned(root, packages);
  const local = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
  const outside = Object.fromEntries([...peers, typesOfNode].map((name) => [name, pins[name] ?? '*']));
  writeJson(folder, 'package.json', { private: true, type: 'module', dependencies: { ...local, ...outside } });
  // JSON is YAML. The overrides hold for what the tarballs ask of each other, and repeat the versions tested here.
  writeJson(folder, 'pnpm-workspace.yaml', {
    overrides: { ...pins, ...local },
    allowBuilds: { 'better-sqlite3': false },
  });
  writeJson(folder, 'tsconfig.json', {
    compilerOptions: {
      strict: true,
      module: 'NodeNext',
      target: 'ES2023',
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
    },
    include: ['*.ts'],
  });
  copyFileSync(join(import.meta.dirname, 'consumer/reset.ts'), join(folder, 'reset.ts'));
  writeFileSync(join(folder, 'every.ts'), importEvery([...tarballs.keys()]));

  const installed = runPnpm(['install', '--prefer-offline', '--no-frozen-lockfile'], folder);
  if (installed.failed) return [`consumer: install failed\n${installed.output}`];
  const tsc = createRequire(join(root, 'package.json')).resolve('typescript/bin/tsc');
  return [
    ['types', [tsc, '-p', folder]],
    ['every package', ['every.ts']],
    ['a reset', ['reset.ts']],
  ].flatMap(([what, args]) => {
    const done = run(process.execPath, [...(args ?? [])], folder);
    return done.failed ? [`consumer: ${what} failed\n${done.output}`] : [];
  });
}

/** The versions of outside packages that this workspace has installed. @param {string} root @param {readonly Package[]} packages */
function pinned(root, packages) {
  const wanted = packages.flatMap((pkg) =>
    ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((field) =>
      Object.keys(pkg.manifest[field] ?? {})
        .filter((name) => !name.startsWith('@pwreset/'))
        .map((name) => [name, join(root, pkg.folder, 'node_modules', name)]),
    ),
  );
  return Object.fromEntries(
    [...wanted, [typesOfNode, join(root, 'node_modules', typesOfNode)]].map(([name = '', path = '']) => [
      name,
      readManifest(path).version ?? '*',
    ]),
  );
}

/** @param {readonly string[]} names */
function importEvery(names) {
  const imports = names.map((name, index) => `import * as module${index} from '${name}';`);
  const checks = names.map(
    (name, index) => `if (Object.keys(module${index}).length === 0) throw new Error('${name} is empty');`,
  );
  return [...imports, ...checks, ''].join('\n');
}

/** @param {string} folder @param {string} name @param {unknown} value */
function writeJson(folder, name, value) {
  writeFileSync(join(folder, name), JSON.stringify(value, null, 2));
}
