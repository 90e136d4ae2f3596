import { writeFileSync } from 'node:fs';
import { argumentsOf, type BenchArguments, usage, WrongArguments } from './arguments.js';
import { comparisonTable, growthTable, type Table } from './report.js';
import { type Listener, runStorageBench } from './run.js';

/** Prints lines as they come, and a table's head wherever it begins or goes on after another. */
function printer(): Listener {
  let last = '';
  const printed =
    <Row>({ head, row }: Table<Row>) =>
    (value: Row): void => {
      if (head !== last) console.log(`\n${head}`);
      last = head;
      console.log(row(value));
    };
  return { onComparison: printed(comparisonTable), onGrowth: printed(growthTable) };
}

async function main(asked: BenchArguments): Promise<void> {
  const listener = printer();
  const result = await runStorageBench(asked, listener);
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
