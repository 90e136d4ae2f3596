/** @import { Package } from './workspace.mjs' */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { consumerProblems } from './consumer.mjs';
import { run, runPnpm } from './run-command.mjs';
import { tarballProblems } from './tarball-rules.mjs';
import { readWorkspace } from './workspace.mjs';

const root = resolve(import.meta.dirname, '..');
const packages = readWorkspace(root).filter((pkg) => !pkg.example && pkg.manifest.private !== true);
const scratch = mkdtempSync(join(tmpdir(), 'pwreset-packaging-'));

try {
  const problems = await packagingProblems();
  for (const problem of problems) console.error(problem);
  console.log(`packaging: ${packages.length} packages, ${problems.length} problems`);
  process.exitCode = problems.length === 0 && packages.length > 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function packagingProblems() {
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string>} */
  const tarballs = new Map();
  for (const pkg of packages) {
    const built = build(pkg);
    problems.push(...built);
    if (built.length > 0) continue;
    const tarball = join(scratch, `${pkg.folder.replaceAll('/', '-')}.tgz`);
    const packed = runPnpm(['--silent', 'pack', '--out', tarball], join(root, pkg.folder));
    if (packed.failed) problems.push(`${pkg.name}: pack failed\n${packed.output}`);
    else {
      tarballs.set(pkg.name, tarball);
      problems.push(...(await tarballProblems(readFileSync(tarball))).map((problem) => `${pkg.name}: ${problem}`));
    }
  }
  if (tarballs.size < packages.length) return [...problems, 'not installed: a package is missing'];
  return [...problems, ...consumerProblems({ root, packages, tarballs, folder: join(scratch, 'consumer') })];
}

/** @param {Package} pkg */
function build(pkg) {
  const built = run(process.execPath, [join(root, 'node_modules/tsup/dist/cli-default.js')], join(root, pkg.folder));
  return built.failed ? [`${pkg.name}: build failed\n${built.output}`] : [];
}
