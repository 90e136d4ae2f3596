/** @import { Fence } from './code-blocks.mjs' */
/** @import { Package } from './workspace.mjs' */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { splitFences } from './code-blocks.mjs';

/** @typedef {{ file: string, text: string, fences: readonly Fence[], prose: string }} Page */

const maxReadmeLines = 150;

/**
 * The README of the workspace and of each package and example, and everything in `docs`.
 * @param {string} root
 * @param {readonly Package[]} packages
 * @returns {Page[]}
 */
export function markdownFiles(root, packages) {
  const docs = existsSync(join(root, 'docs'))
    ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    : [];
  return [
    'README.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name.replaceAll('\\', '/')}`),
    ...packages.map((pkg) => `${pkg.folder}/README.md`),
  ]
    .filter((file) => existsSync(join(root, file)))
    .map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return { file, text, ...splitFences(text) };
    });
}

/** @param {string} root @param {readonly Page[]} pages @returns {string[]} */
export function markdownProblems(root, pages) {
  const readme = pages.find(({ file }) => file === 'README.md');
  const lines = readme?.text.trimEnd().split('\n').length ?? 0;
  return [
    ...(readme === undefined ? ['README.md is missing'] : []),
    ...(lines > maxReadmeLines ? [`README.md has ${lines} lines; ${maxReadmeLines} are enough`] : []),
    ...pages.flatMap((page) => deadLinks(root, page)),
  ];
}

/** @param {string} root @param {Page} page */
function deadLinks(root, { file, prose }) {
  return prose.split('\n').flatMap((line, index) =>
    targetsIn(line).flatMap((target) => {
      const path = decodeURI(target.replace(/[?#].*$/, ''));
      const full = path.startsWith('/') ? join(root, path) : resolve(root, dirname(file), path);
      const outside = relative(root, full).startsWith('..');
      return !outside && existsSync(full) ? [] : [`${file}:${index + 1}: links to ${target}, which is not there`];
    }),
  );
}

/** Where the links of a line lead, of those that lead to a file. @param {string} line */
function targetsIn(line) {
  const plain = line.replaceAll(/(`+).*?\1/g, '');
  const links = [...plain.matchAll(/\]\(\s*<?([^\s<>)]+)/g), ...plain.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s<>]+)/g)];
  return links.map(([, target = '']) => target).filter((target) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target));
}
