import { resolve } from 'node:path';
import { directionProblems } from './direction-rules.mjs';
import { manifestProblems } from './manifest-rules.mjs';
import { readWorkspace } from './workspace.mjs';

const packages = readWorkspace(resolve(import.meta.dirname, '..'));
const problems = [...directionProblems(packages), ...manifestProblems(packages)];
for (const problem of problems) console.error(problem);
console.log(`directions: ${packages.length} packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 && packages.length > 0 ? 0 : 1;
