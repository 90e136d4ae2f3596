/** @import { Package } from './workspace.mjs' */
import { isDeepStrictEqual } from 'node:util';

/** What every published package.json says in the same words. */
const common = {
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=22.12' },
  files: ['dist'],
};

/**
 * Where a package.json differs from what all of them share.
 * @param {readonly Package[]} packages
 * @returns {string[]}
 */
export function manifestProblems(packages) {
  const published = packages.filter((pkg) => pkg.manifest.private !== true);
  const versions = new Set(published.map((pkg) => pkg.manifest.version));
  return [
    ...(versions.size > 1 ? [`versions must move together: ${[...versions].join(', ')}`] : []),
    ...packages.flatMap((pkg) =>
      [...versionProblems(pkg), ...(published.includes(pkg) ? publishedProblems(pkg) : [])].map(
        (problem) => `${pkg.folder}/package.json: ${problem}`,
      ),
    ),
  ];
}

/** @param {Package} pkg */
function publishedProblems({ name, folder, manifest }) {
  const problems = Object.entries(common)
    .filter(([field, value]) => !isDeepStrictEqual(manifest[field], value))
    .map(([field, value]) => `${field} must be ${JSON.stringify(value)}`);
  if (name !== `@pwreset/${folder.slice('packages/'.length)}`) problems.push(`the name must be the folder's`);
  if (typeof manifest.description !== 'string' || manifest.description === '') problems.push('description is missing');
  if (!Array.isArray(manifest.keywords) || manifest.keywords.length === 0) problems.push('keywords are missing');
  if (!isDeepStrictEqual(manifest.publishConfig, publishConfig(manifest.exports, manifest.bin))) {
    problems.push('publishConfig must mirror exports, from src to dist');
  }
  return problems;
}

/** @param {unknown} exports @param {unknown} bin */
function publishConfig(exports, bin) {
  const entries = Object.entries(typeof exports === 'object' && exports !== null ? exports : {});
  const built = entries.map(([entry, source]) => {
    const base = String(source).replace(/^\.\/src\/(.*)\.ts$/, './dist/$1');
    return [entry, { types: `${base}.d.ts`, default: `${base}.js` }];
  });
  return {
    access: 'public',
    exports: Object.fromEntries(built),
    types: './dist/index.d.ts',
    ...(bin === undefined ? {} : { bin: JSON.parse(JSON.stringify(bin).replaceAll('./src/', './dist/')) }),
  };
}

/** One version of everything: the workspace's own, or the catalog's. Peers state what they accept. @param {Package} pkg */
function versionProblems({ manifest }) {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((field) =>
    Object.entries(manifest[field] ?? {})
      .filter(([name, range]) => range !== (name.startsWith('@pwreset/') ? 'workspace:^' : 'catalog:'))
      .map(
        ([name, range]) => `${name} must be ${name.startsWith('@pwreset/') ? 'workspace:^' : 'catalog:'}, not ${range}`,
      ),
  );
}
