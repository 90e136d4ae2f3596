/** @import { Family } from './docs-exceptions.mjs' */
/** @import { Package } from './workspace.mjs' */
import { relative } from 'node:path';
import ts from 'typescript';
import { exportsOf } from './exports.mjs';

/**
 * Exported functions and classes that do not say what they do, and exported functions that do not show it.
 * @param {{ root: string, packages: readonly Package[], program: ts.Program, families: readonly Family[] }} input
 * @returns {string[]}
 */
export function docstringProblems({ root, packages, program, families }) {
  return packages.flatMap((pkg) => {
    const functions = [...exportsOf(program, root, pkg)].flatMap(([name, symbol]) => describe(program, name, symbol));
    const known = new Map(functions.map((found) => [found.name, found]));
    const own = families.filter((family) => family.package === pkg.name);
    const covered = new Set(own.flatMap(({ others }) => others));
    return [
      ...functions.flatMap(({ name, symbol, callable, sentence, example }) => {
        const at = `${place(root, symbol)}: ${name}`;
        return [
          ...(sentence ? [] : [`${at} has no docstring with a sentence`]),
          ...(example || !callable || covered.has(name) ? [] : [`${at} has no @example`]),
        ];
      }),
      ...own.flatMap(({ shown, others }) => [
        ...(known.get(shown)?.example ? [] : [`${pkg.name}: ${shown} has no @example to serve its family`]),
        ...others
          .filter((name) => known.get(name)?.example !== false)
          .map((name) => `${pkg.name}: ${name} needs no place in the family of ${shown}`),
      ]),
    ];
  });
}

/** @param {ts.Program} program @param {string} name @param {ts.Symbol} symbol */
function describe(program, name, symbol) {
  const checker = program.getTypeChecker();
  const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0;
  const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0;
  const callable = !isClass && isValue && checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
  if (!isClass && !callable) return [];
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const example = symbol.getJsDocTags(checker).some((tag) => tag.name === 'example');
  return [{ name, symbol, callable, sentence: isSentence(text), example }];
}

/** At least two words and a full stop. @param {string} text */
function isSentence(text) {
  return /\S\s+\S.*[.!?](?=[\s)"”]|$)/s.test(text.trim());
}

/** @param {string} root @param {ts.Symbol} symbol */
function place(root, symbol) {
  const node = symbol.declarations?.[0];
  if (node === undefined) return '?';
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(root, source.fileName).replaceAll('\\', '/')}:${line + 1}`;
}
