import { writeFileSync } from 'node:fs';
import { argumentsOf, type BenchArguments, usage } from './arguments.js';
import { runHttpBench } from './http-run.js';
import { WrongArguments } from './options.js';
import { comparisonTable, growthTable, httpTable, type Table } from './report.js';
import { runStorageBench } from './run.js';

/** Prints lines as they come, and a table's head wherever it begins or goes on after another. */
function printer() {
  let last = '';
  return <Row>({ head, row }: Table<Row>) =>
    (value: Row): void => {
      if (head !== last) console.log(`\n${head}`);
      last = head;
      console.log(row(value));
    };
}

async function main(asked: BenchArguments): Promise<void> {
  const printed = printer();
  const result =
    asked.bench === 'http'
      ? await runHttpBench(asked, printed(httpTable))
      : await runStorageBench(asked, { onComparison: printed(comparisonTable), onGrowth: printed(growthTable) });
  if (asked.json !== null) writeFileSync(asked.json, `${JSON.stringify(result, null, 2)}\n`);
}

// By default nothing would be cleaned up.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  await main(argumentsOf(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof WrongArguments)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
