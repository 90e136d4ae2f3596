/** @import { Package } from './workspace.mjs' */
import { join, relative } from 'node:path';
import ts from 'typescript';
import { docsOf } from './code-blocks.mjs';
import { exportsOf } from './exports.mjs';

/** @typedef {{ line: number, name: string, node: ts.Node, shown: boolean }} Link */

/**
 * `{@link …}`s that lead nowhere. A docstring of something public may name what its package or core exports, a global of
 * the language, and a neighbour in the same interface; any other docstring also what its file can see.
 * @param {{ root: string, packages: readonly Package[], program: ts.Program }} input
 * @returns {string[]}
 */
export function linkProblems({ root, packages, program }) {
  const checker = program.getTypeChecker();
  const core = packages.find((pkg) => pkg.name === '@pwreset/core');
  const fromCore = core === undefined ? [] : [...exportsOf(program, root, core)];
  return packages.flatMap((pkg) => {
    const own = exportsOf(program, root, pkg);
    const known = new Map([...fromCore, ...own]);
    const shown = new Set([...own.values()].flatMap((symbol) => symbol.declarations ?? []));
    return pkg.files
      .filter(({ area, text }) => area === 'src' && text.includes('{@link'))
      .flatMap(({ path }) => {
        const source = program.getSourceFile(join(root, pkg.folder, path).replaceAll('\\', '/'));
        if (source === undefined) return [];
        const scope = new Map(
          checker
            .getSymbolsInScope(source, everything)
            .map((symbol) => [symbol.name, { symbol, global: isGlobal(program, symbol) }]),
        );
        return linksIn(source, shown)
          .filter((link) => !leads(checker, link, known, scope))
          .map(({ line, name }) => {
            const file = relative(root, source.fileName).replaceAll('\\', '/');
            return `${file}:${line}: {@link ${name}} leads to no export of ${pkg.name} or of core`;
          });
      });
  });
}

const everything = ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;

/** @param {ts.Program} program @param {ts.Symbol} symbol */
function isGlobal(program, symbol) {
  const declarations = symbol.declarations ?? [];
  return declarations.some((declaration) => program.isSourceFileDefaultLibrary(declaration.getSourceFile()));
}

/** @param {ts.SourceFile} source @param {ReadonlySet<ts.Node>} publicNodes @returns {Link[]} */
function linksIn(source, publicNodes) {
  /** @type {Link[]} */
  const links = [];
  /** @param {ts.Node} node @param {boolean} within */
  function visit(node, within) {
    const inner = ts.isVariableStatement(node) ? node.declarationList.declarations : [];
    const shown = !ts.isBlock(node) && (within || publicNodes.has(node) || inner.some((one) => publicNodes.has(one)));
    for (const doc of docsOf(node)) {
      for (const match of doc.getText(source).matchAll(/\{@link(?:code|plain)?\s+([^\s|}]+)/g)) {
        const name = match[1] ?? '';
        const line = source.getLineAndCharacterOfPosition(doc.getStart(source) + match.index).line + 1;
        if (!/^https?:/.test(name)) links.push({ line, name, node, shown });
      }
    }
    ts.forEachChild(node, (child) => visit(child, shown));
  }
  visit(source, false);
  return links;
}

/**
 * @param {ts.TypeChecker} checker
 * @param {Link} link
 * @param {ReadonlyMap<string, ts.Symbol>} known
 * @param {ReadonlyMap<string, { symbol: ts.Symbol, global: boolean }>} scope
 */
function leads(checker, { name, node, shown }, known, scope) {
  const [first = '', ...members] = name.replace(/\(\)$/, '').split(/[.#]/);
  const visible = scope.get(first);
  const start = known.get(first) ?? (visible?.global || !shown ? visible?.symbol : undefined);
  if (start === undefined) return members.length === 0 && neighbours(node).includes(first);
  let symbol = resolved(checker, start);
  for (const member of members) {
    const next = memberOf(checker, symbol, member);
    if (next === undefined) return false;
    symbol = next;
  }
  return true;
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} symbol */
function resolved(checker, symbol) {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0
    ? checker.getExportSymbolOfSymbol(symbol)
    : checker.getAliasedSymbol(symbol);
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} symbol @param {string} name */
function memberOf(checker, symbol, name) {
  const types = [
    ...((symbol.flags & ts.SymbolFlags.Type) === 0 ? [] : [checker.getDeclaredTypeOfSymbol(symbol)]),
    ...((symbol.flags & ts.SymbolFlags.Value) === 0 ? [] : [checker.getTypeOfSymbol(symbol)]),
  ];
  return types.map((type) => type.getProperty(name)).find((member) => member !== undefined);
}

/** The names that stand beside a member in its interface, class or literal. @param {ts.Node} node */
function neighbours({ parent }) {
  const beside = ts.isInterfaceDeclaration(parent) || ts.isClassLike(parent) || ts.isTypeLiteralNode(parent);
  return beside ? parent.members.map((member) => member.name?.getText() ?? '') : [];
}
