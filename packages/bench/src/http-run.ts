import type { HttpArguments } from './http-arguments.js';
import { compareOverHttp, type HttpComparison } from './http-part.js';
import { type Machine, machine } from './machine.js';
import { settings, startServer } from './settings.js';

export interface HttpResult {
  readonly machine: Machine;
  readonly seconds: number;
  readonly comparisons: readonly HttpComparison[];
}

/** Measures what was asked for; `onComparison` hears of each line as soon as it is measured. */
export async function runHttpBench(
  asked: HttpArguments,
  onComparison: (comparison: HttpComparison) => void,
): Promise<HttpResult> {
  const { frameworks, databases, rows, seconds } = asked;
  const comparisons: HttpComparison[] = [];
  for (const database of databases) {
    const server = await startServer[database]();
    try {
      for (const setting of settings[database].keys()) {
        for (const framework of frameworks) {
          const plan = { framework, database, setting, serverUrl: server.url, rows };
          const lines = await compareOverHttp(plan, asked);
          comparisons.push(...lines);
          lines.forEach(onComparison);
        }
      }
    } finally {
      await server.stop();
    }
  }
  return { machine: machine(), seconds, comparisons };
}
