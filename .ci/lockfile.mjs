import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { hostProblems } from './lockfile-rules.mjs';

const root = resolve(import.meta.dirname, '..');
const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'].filter((name) => existsSync(resolve(root, name)));
const problems = files.flatMap((name) => hostProblems(name, readFileSync(resolve(root, name), 'utf8')));
for (const problem of problems) console.error(problem);
console.log(`lock file: ${files.length} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 && files.includes('pnpm-lock.yaml') ? 0 : 1;
