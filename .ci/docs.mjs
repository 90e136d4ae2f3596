import { resolve } from 'node:path';
import { families, notExported } from './docs-exceptions.mjs';
import { docsProblems } from './docs-rules.mjs';

const { counted, problems } = await docsProblems(resolve(import.meta.dirname, '..'), {
  families,
  notExported,
  limitMs: 10_000,
});
for (const problem of problems) console.error(problem);
console.log(`docs: ${counted.blocks} blocks of code, ${counted.runs} of them run, ${problems.length} problems`);
process.exitCode = problems.length === 0 && counted.blocks > 0 && counted.runs > 0 ? 0 : 1;
