import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const allowed = /^(package\.json|README\.md|LICENSE|dist\/.+\.(js|js\.map|d\.ts))$/;
const needed = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'];

/** The packages are ES modules only, for Node 22.12 and later and for bundlers. */
const resolutions = /** @type {const} */ (['node16-esm', 'bundler']);

/**
 * What is wrong with a packed package: its files, its manifest (publint, strict) and its types (attw).
 * @param {Buffer} tarball
 * @returns {Promise<string[]>}
 */
export async function tarballProblems(tarball) {
  const pkg = createPackageFromTarballData(tarball);
  const prefix = `/node_modules/${pkg.packageName}/`;
  const files = pkg.listFiles().map((file) => file.replace(prefix, ''));
  return [
    ...needed.filter((file) => !files.includes(file)).map((file) => `${file} is not in the tarball`),
    ...files.filter((file) => !allowed.test(file)).map((file) => `${file} is in the tarball`),
    ...manifestLeaks(pkg.readFile(`${prefix}package.json`)),
    ...(await publintProblems(tarball)),
    ...(await typeProblems(pkg)),
  ];
}

/** @param {string} manifest */
function manifestLeaks(manifest) {
  return ['workspace:', 'catalog:', './src/']
    .filter((text) => manifest.includes(text))
    .map((text) => `package.json says ${text}`);
}

/** @param {Buffer} tarball */
async function publintProblems(tarball) {
  const bytes = new Uint8Array(tarball).buffer;
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/** @param {ReturnType<typeof createPackageFromTarballData>} pkg */
async function typeProblems(pkg) {
  const result = await checkPackage(pkg);
  if (!result.types) return ['attw: there are no types'];
  return result.problems
    .filter((problem) => resolutions.some((kind) => problemAffectsResolutionKind(problem, kind, result)))
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}
