/** @import { NotExported } from './docs-exceptions.mjs' */
/** @import { Package } from './workspace.mjs' */
/** @import ts from 'typescript' */
import { join } from 'node:path';
import { Application, Logger, LogLevel } from 'typedoc';
import { entryOf } from './exports.mjs';

/** Keeps what TypeDoc warns of. */
class Warnings extends Logger {
  /** @type {string[]} */
  list = [];

  /** @param {string} message @param {LogLevel} level @override */
  log(message, level) {
    super.log(message, level);
    if (level >= LogLevel.Warn) this.list.push(`typedoc: ${message}`);
  }
}

/**
 * What TypeDoc warns of when it makes the reference of all packages, which is thrown away: tags that it does not know,
 * parameters that are not there, and types that a package uses in public and does not export.
 * @param {{ root: string, packages: readonly Package[], program: ts.Program, folder: string, notExported: readonly NotExported[] }} input
 * @returns {Promise<string[]>}
 */
export async function referenceProblems({ root, packages, program, folder, notExported }) {
  const logger = new Warnings();
  const app = await Application.bootstrap({
    // The program is given below; TypeDoc looks for a configuration all the same.
    tsconfig: join(root, 'tsconfig.base.json'),
    basePath: root,
    readme: 'none',
    disableGit: true,
    disableSources: true,
  });
  app.logger = logger;
  const project = await app.converter.convert(
    packages.flatMap((pkg) => {
      const sourceFile = program.getSourceFile(entryOf(root, pkg));
      return sourceFile === undefined ? [] : [{ displayName: pkg.name, program, sourceFile }];
    }),
  );
  for (const pkg of packages) {
    // TypeDoc takes the types of other packages than the project's for somebody else's.
    project.packageName = pkg.name;
    const allowed = notExported.filter((one) => one.package === pkg.name);
    app.options.setValue(
      'intentionallyNotExported',
      allowed.flatMap(({ file, names }) => names.map((name) => `${file}:${name}`)),
    );
    // Links are checked by link-rules.mjs: a docstring may name what core exports without importing it.
    app.options.setValue('validation', { notExported: true, invalidLink: false });
    app.validate(project);
  }
  await app.generateDocs(project, join(folder, 'reference'));
  return logger.list;
}
