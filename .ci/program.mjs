/** @import { Block } from './code-blocks.mjs' */
/** @import { Package } from './workspace.mjs' */
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {{ path: string, block: Block }} BlockFile
 * @typedef {{ program: ts.Program, files: readonly BlockFile[] }} Prepared
 */

/**
 * Writes each block into a file of its own in `folder`, where every package that this workspace has or has installed can be
 * imported by its name, and makes one program of them and of the packages' sources.
 * @param {{ root: string, packages: readonly Package[], blocks: readonly Block[], folder: string }} input
 * @returns {Prepared}
 */
export function prepareProgram({ root, packages, blocks, folder }) {
  linkModules(root, packages, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const files = blocks.map((block) => {
    const path = join(folder, `${block.file.replaceAll(/[/\\]/g, '-')}-${block.line}.ts`);
    writeFileSync(path, block.code);
    return { path, block };
  });
  const sources = packages
    .filter((pkg) => !pkg.example)
    .flatMap((pkg) => pkg.files.filter(({ area }) => area === 'src').map(({ path }) => join(root, pkg.folder, path)));
  const { options, errors } = ts.parseJsonConfigFileContent(
    {
      extends: join(root, 'tsconfig.base.json'),
      // A block may show a value that it does not use, and is a module though it imports nothing.
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, moduleDetection: 'force' },
      files: [],
    },
    ts.sys,
    folder,
    undefined,
    join(folder, 'tsconfig.json'),
  );
  const rootNames = [...sources, ...files.map(({ path }) => path)].map((path) => path.replaceAll('\\', '/'));
  const configFileParsingDiagnostics = errors.filter(({ code }) => code !== emptyFiles);
  return { program: ts.createProgram({ rootNames, options, configFileParsingDiagnostics }), files };
}

/** "The 'files' list in config file is empty": the names are given to the program itself. */
const emptyFiles = 18002;

/**
 * @param {Prepared} prepared
 * @returns {{ problems: string[], wrong: ReadonlySet<string> }} `wrong` has the paths of the files that do not compile
 */
export function typeProblems({ program, files }) {
  const found = files.map(({ path, block }) => {
    const source = program.getSourceFile(path.replaceAll('\\', '/'));
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return {
      path,
      problems: diagnostics.map(({ messageText, start = 0 }) => {
        const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
        return `${block.file}:${block.line + line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      }),
    };
  });
  const general = [...program.getConfigFileParsingDiagnostics(), ...program.getOptionsDiagnostics()].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
  return {
    problems: [...general, ...found.flatMap(({ problems }) => problems)],
    wrong: new Set(found.filter(({ problems }) => problems.length > 0).map(({ path }) => path)),
  };
}

/** @param {string} root @param {readonly Package[]} packages @param {string} target */
function linkModules(root, packages, target) {
  const own = packages.map((pkg) => ({ name: pkg.name, path: join(root, pkg.folder) }));
  const installed = [...own.map(({ path }) => path), root].flatMap((path) => modulesIn(join(path, 'node_modules')));
  for (const { name, path } of [...own, ...installed]) {
    const link = join(target, name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(path, link, 'junction');
  }
}

/** @param {string} folder */
function modulesIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
    )
    .map((name) => ({ name, path: join(folder, name) }));
}
