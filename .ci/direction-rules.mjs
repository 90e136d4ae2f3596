/** @import { Package, SourceFile } from './workspace.mjs' */
import { builtinModules } from 'node:module';
import { dirname, posix } from 'node:path';
import { circles } from './circles.mjs';

/** What each package's sources may know, nearest first; what those know comes with them. */
const knows = {
  core: [],
  memory: ['core'],
  conformance: ['core'],
  kysely: ['core'],
  hashers: ['core'],
  templates: ['core'],
  http: ['core'],
  sqlite: ['kysely'],
  postgres: ['kysely'],
  nodemailer: ['templates'],
  pages: ['http'],
  express: ['http'],
  hono: ['http'],
  cli: ['sqlite', 'postgres', 'hashers', 'nodemailer', 'http'],
  wire: ['sqlite', 'postgres', 'express', 'hono'],
  bench: ['sqlite', 'postgres', 'hashers', 'nodemailer', 'http', 'memory', 'express', 'hono'],
};

/** What tests may use besides. */
const forTests = ['memory', 'conformance', 'hashers'];
/** From the root's devDependencies; sources use none of them. */
const rootTools = ['vitest', 'fast-check', 'tsup', 'typescript'];
const coreDependencies = ['@noble/hashes', 'nanoid', 'zod'];
const maxLines = 250;

const scope = '@pwreset/';
const builtins = new Set(builtinModules);

/**
 * Everything that breaks the rules of direction, in words.
 * @param {readonly Package[]} packages
 * @returns {string[]}
 */
export function directionProblems(packages) {
  const byName = new Map(packages.map((pkg) => [pkg.name, pkg]));
  return [
    ...packages.flatMap((pkg) => [
      ...pkg.files.flatMap((file) =>
        [...importProblems(pkg, file, byName), ...textProblems(file)].map(
          (problem) => `${pkg.folder}/${file.path}: ${problem}`,
        ),
      ),
      ...dependencyProblems(pkg),
    ]),
    ...packageCircles(packages),
    ...packages.flatMap(fileCircles),
  ];
}

/** @param {string} folder @returns {Set<string>} */
function mayKnow(folder) {
  /** @type {readonly string[]} */
  const near = folder in knows ? knows[/** @type {keyof typeof knows} */ (folder)] : [];
  return new Set(near.flatMap((next) => [next, ...mayKnow(next)]));
}

/** @param {string} specifier */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** @param {string} specifier */
function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtins.has(specifier);
}

/** @param {Package} pkg @param {SourceFile} file @param {ReadonlyMap<string, Package>} byName */
function importProblems(pkg, file, byName) {
  if (file.area === 'config') return [];
  return file.imports.flatMap((specifier) => {
    if (specifier.startsWith('.')) return relativeProblems(file, specifier);
    if (isBuiltin(specifier)) return builtinProblems(pkg, file, specifier);
    const name = packageOf(specifier);
    return [
      ...declarationProblems(pkg, file, name),
      ...(name.startsWith(scope) ? neighbourProblems(pkg, file, specifier, byName) : outsiderProblems(pkg, file, name)),
    ];
  });
}

/** @param {SourceFile} file @param {string} specifier */
function relativeProblems(file, specifier) {
  const target = posix.join(posix.dirname(file.path), specifier);
  const areas = file.area === 'src' ? ['src/'] : ['src/', 'test/'];
  const problems = areas.some((area) => target.startsWith(area)) ? [] : [`imports ${specifier}, outside its area`];
  return specifier.endsWith('.ts') ? [...problems, `imports ${specifier}; write .js`] : problems;
}

/** @param {Package} pkg @param {SourceFile} file @param {string} specifier */
function builtinProblems(pkg, file, specifier) {
  if (pkg.folder === 'packages/core' && file.area === 'src') return [`core imports ${specifier}`];
  return specifier.startsWith('node:') ? [] : [`imports ${specifier} without node:`];
}

/** @param {Package} pkg @param {SourceFile} file @param {string} name */
function outsiderProblems(pkg, file, name) {
  const strict = pkg.folder === 'packages/core' && file.area === 'src' && !coreDependencies.includes(name);
  return strict ? [`core imports ${name}`] : [];
}

/** @param {Package} pkg @param {SourceFile} file @param {string} specifier @param {ReadonlyMap<string, Package>} byName */
function neighbourProblems(pkg, file, specifier, byName) {
  const name = packageOf(specifier);
  const target = byName.get(name);
  if (target === undefined) return [`imports ${name}, which does not exist`];
  if (target.example) return [`imports the example ${name}`];
  const problems = [];
  const entry = `.${specifier.slice(name.length)}`;
  if (!(entry in asRecord(target.manifest.exports)))
    problems.push(`imports ${specifier}, which ${name} does not export`);
  const own = pkg.folder.slice('packages/'.length);
  const wanted = name.slice(scope.length);
  const allowed = pkg.example ? wanted !== 'conformance' : mayKnow(own).has(wanted);
  const helps = file.area === 'test' && own !== 'core' && forTests.includes(wanted);
  if (!allowed && !helps) problems.push(`${own} may not know ${wanted}`);
  return problems;
}

/** @param {unknown} value @returns {Record<string, unknown>} */
function asRecord(value) {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** @param {Package} pkg @param {readonly string[]} fields */
function declared(pkg, fields) {
  return fields.flatMap((field) => Object.keys(asRecord(pkg.manifest[field])));
}

const published = ['dependencies', 'peerDependencies', 'optionalDependencies'];

/** @param {Package} pkg @param {SourceFile} file @param {string} name */
function declarationProblems(pkg, file, name) {
  if (file.area === 'test' && rootTools.includes(name)) return [];
  const fields = file.area === 'src' ? published : [...published, 'devDependencies'];
  if (declared(pkg, fields).includes(name)) return [];
  return [`imports ${name}, which package.json does not declare${file.area === 'src' ? ' as a dependency' : ''}`];
}

/** @param {Package} pkg */
function dependencyProblems(pkg) {
  /** @param {string} text @returns {string[]} */
  const where = (text) => [`${pkg.folder}/package.json: ${text}`];
  const used = usedNames(pkg, ['src', 'config']);
  const usedAnywhere = usedNames(pkg, ['src', 'config', 'test']);
  return [
    ...declared(pkg, published)
      .filter((name) => !used.has(untyped(name)))
      .flatMap((name) => where(`${name} is a dependency that no source imports`)),
    ...declared(pkg, ['devDependencies'])
      .filter((name) => !usedAnywhere.has(untyped(name)))
      .flatMap((name) => where(`${name} is a devDependency that nothing imports`)),
    ...(declared(pkg, published).includes(`${scope}conformance`)
      ? where('conformance may only be a devDependency')
      : []),
    ...(pkg.folder === 'packages/core' ? declared(pkg, published) : [])
      .filter((name) => !coreDependencies.includes(name))
      .flatMap((name) => where(`core may not depend on ${name}`)),
  ];
}

/** The package that a package of declarations stands for. @param {string} name */
function untyped(name) {
  return name.startsWith('@types/')
    ? name
        .slice('@types/'.length)
        .replace('__', '/')
        .replace(/^(?=.+\/)/, '@')
    : name;
}

/**
 * Imported packages, and those named in quotes: an optional one is loaded by a computed import, a bundled one is named in
 * the configuration.
 * @param {Package} pkg @param {readonly string[]} areas
 */
function usedNames(pkg, areas) {
  const files = pkg.files.filter((file) => areas.includes(file.area));
  const imported = files.flatMap((file) => file.imports.map(packageOf));
  const optional = declared(pkg, ['optionalDependencies', 'peerDependencies']);
  const all = declared(pkg, [...published, 'devDependencies']);
  const quoted = all.filter((name) =>
    files.some((file) => (file.area === 'config' || optional.includes(name)) && file.text.includes(`'${name}'`)),
  );
  return new Set([...imported, ...quoted]);
}

/** @param {SourceFile} file */
function textProblems({ area, text }) {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return [
    ...(area === 'src' && lines > maxLines ? [`${lines} lines, ${maxLines} at most`] : []),
    ...(/@ts-(?:ignore|expect-error|nocheck)/.test(text) ? ['silences the compiler'] : []),
  ];
}

/** @param {readonly Package[]} packages */
function packageCircles(packages) {
  const graph = new Map(packages.map((pkg) => [pkg.name, declared(pkg, [...published, 'devDependencies'])]));
  return circles(graph).map((way) => `circle of packages: ${way.join(' → ')}`);
}

/** @param {Package} pkg */
function fileCircles(pkg) {
  const graph = new Map(
    pkg.files.map((file) => [
      file.path,
      file.imports
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(dirname(file.path), specifier).replace(/\.js$/, '.ts')),
    ]),
  );
  return circles(graph).map((way) => `circle of files in ${pkg.folder}: ${way.join(' → ')}`);
}
