/** @import { Family, NotExported } from './docs-exceptions.mjs' */
import { mkdtempDisposableSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOfMarkdown, examplesOf } from './code-blocks.mjs';
import { docstringProblems } from './docstring-rules.mjs';
import { runProblems } from './example-runs.mjs';
import { linkProblems } from './link-rules.mjs';
import { markdownFiles, markdownProblems } from './markdown-rules.mjs';
import { prepareProgram, typeProblems } from './program.mjs';
import { referenceProblems } from './reference-rules.mjs';
import { readWorkspace } from './workspace.mjs';

/**
 * Everything that is wrong with the documentation of a workspace, in words, and how much of it there was. Works in a folder
 * of its own and writes nothing into the workspace.
 * @param {string} root
 * @param {{ families: readonly Family[], notExported: readonly NotExported[], limitMs: number }} options `limitMs` is
 * what one example may take
 * @returns {Promise<{ counted: { blocks: number, runs: number }, problems: string[] }>}
 */
export async function docsProblems(root, { families, notExported, limitMs }) {
  using scratch = mkdtempDisposableSync(join(realpathSync(tmpdir()), 'pwreset-docs-'));
  const packages = readWorkspace(root);
  const libraries = packages.filter((pkg) => !pkg.example);
  const pages = markdownFiles(root, packages);
  const examples = examplesOf(libraries);
  const blocks = [...pages.flatMap(blocksOfMarkdown), ...examples.blocks];
  const prepared = prepareProgram({ root, packages, blocks, folder: scratch.path });
  const typed = typeProblems(prepared);
  const runs = prepared.files.filter(({ block, path }) => block.runs && !typed.wrong.has(path));
  return {
    counted: { blocks: blocks.length, runs: runs.length },
    problems: [
      ...markdownProblems(root, pages),
      ...examples.problems,
      ...typed.problems,
      ...docstringProblems({ root, packages: libraries, program: prepared.program, families }),
      ...linkProblems({ root, packages: libraries, program: prepared.program }),
      ...(await runProblems(runs, { folder: scratch.path, limitMs })),
      ...(await referenceProblems({
        root,
        packages: libraries,
        program: prepared.program,
        folder: scratch.path,
        notExported,
      })),
    ],
  };
}
