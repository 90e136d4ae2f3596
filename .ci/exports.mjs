/** @import { Package } from './workspace.mjs' */
import { join } from 'node:path';
import ts from 'typescript';

/**
 * What a package exports, by name; aliases are followed to what they stand for.
 * @param {ts.Program} program
 * @param {string} root
 * @param {Package} pkg
 * @returns {Map<string, ts.Symbol>}
 */
export function exportsOf(program, root, pkg) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entryOf(root, pkg));
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) return new Map();
  return new Map(
    checker.getExportsOfModule(module).map((symbol) => {
      const alias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      return [symbol.name, alias ? checker.getAliasedSymbol(symbol) : symbol];
    }),
  );
}

/** @param {string} root @param {Package} pkg */
export function entryOf(root, pkg) {
  return join(root, pkg.folder, 'src/index.ts').replaceAll('\\', '/');
}
