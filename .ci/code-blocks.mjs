/** @import { Package } from './workspace.mjs' */
/** @import { Page } from './markdown-rules.mjs' */
import ts from 'typescript';

/**
 * A block of TypeScript in the documentation; `line` is the line of its first line of code in `file`.
 * @typedef {{ file: string, line: number, code: string, runs: boolean }} Block
 * @typedef {{ language: string, line: number, code: string }} Fence
 */

const typescript = ['ts', 'typescript', 'mts'];

/**
 * The fenced blocks of a text, and the text with them blanked, line for line.
 * @param {string} text
 * @returns {{ fences: Fence[], prose: string }}
 */
export function splitFences(text) {
  /** @type {Fence[]} */
  const fences = [];
  /** @type {string[]} */
  const prose = [];
  /** @type {{ mark: string, language: string, line: number, lines: string[] } | null} */
  let open = null;
  for (const [index, line] of text.split('\n').entries()) {
    const [, mark = '', info = ''] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === null && mark === '') {
      prose.push(line);
      continue;
    }
    prose.push('');
    if (open === null) open = { mark, language: languageOf(info), line: index + 2, lines: [] };
    else if (mark.startsWith(open.mark) && info.trim() === '') {
      fences.push({ language: open.language, line: open.line, code: open.lines.join('\n') });
      open = null;
    } else open.lines.push(line);
  }
  if (open !== null) fences.push({ language: open.language, line: open.line, code: open.lines.join('\n') });
  return { fences, prose: prose.join('\n') };
}

/** @param {string} info */
function languageOf(info) {
  return /^\w*/.exec(info.trim())?.[0].toLowerCase() ?? '';
}

/** @param {Page} page @returns {Block[]} */
export function blocksOfMarkdown({ file, fences }) {
  return fences
    .filter(({ language }) => typescript.includes(language))
    .map(({ line, code }) => ({ file, line, code, runs: false }));
}

/**
 * Every `@example` in the sources of these packages.
 * @param {readonly Package[]} packages
 * @returns {{ blocks: Block[], problems: string[] }}
 */
export function examplesOf(packages) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  const problems = [];
  for (const pkg of packages) {
    for (const { path, text } of pkg.files.filter(({ area }) => area === 'src')) {
      const file = `${pkg.folder}/${path}`;
      for (const example of exampleTags(file, text)) {
        const found = splitFences(example.text).fences.filter(({ language }) => typescript.includes(language));
        if (found.length === 0) problems.push(`${file}:${example.line}: an @example without a block of ts`);
        blocks.push(...found.map(({ line, code }) => ({ file, line: example.line + line - 1, code, runs: true })));
      }
    }
  }
  return { blocks, problems };
}

/** The text of each `@example` without the asterisks, and the line on which it begins. @param {string} file @param {string} text */
function exampleTags(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {{ line: number, text: string }[]} */
  const found = [];
  /** @param {ts.Node} node */
  function visit(node) {
    for (const tag of docsOf(node).flatMap((doc) => doc.tags ?? [])) {
      if (tag.tagName.text !== 'example') continue;
      const lines = text.slice(tag.pos, tag.end).split('\n');
      found.push({
        line: source.getLineAndCharacterOfPosition(tag.pos).line + 1,
        text: lines.map((line) => line.replace(/^\s*\* ?/, '')).join('\n'),
      });
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return found;
}

/** The docstrings that stand before a node itself. @param {ts.Node} node */
export function docsOf(node) {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter((doc) => ts.isJSDoc(doc))
    .filter((doc) => doc.parent === node);
}
