import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CrashLine, CrashRequest } from './crash-child.js';
import type { JournalEntry } from './crash-journal.js';
import type { CrashTarget } from './crash-target.js';

/** What a process said before it ended. */
export interface CrashEnd {
  readonly entries: readonly JournalEntry[];
  /** The step at which it was killed; `null` where it was killed by time or not at all. */
  readonly step: string | null;
  /** Every step that it took; `null` where it was killed. */
  readonly steps: readonly string[] | null;
}

/** A process that hangs ends a test, and not the machine. */
const timeoutMs = 60_000;

/**
 * Runs the program and kills it with SIGKILL as soon as it reaches the step `killAt` of the request, or when `meanwhile`
 * says so, which is called at its first word.
 *
 * @throws {Error} where it ends by itself and with a failure
 */
export async function runChild(
  program: CrashTarget['program'],
  request: CrashRequest,
  meanwhile: (kill: () => void) => Promise<void> = () => Promise.resolve(),
): Promise<CrashEnd> {
  const child = spawn(process.execPath, program, {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    // The first process that comes to its end spares the others the compiling.
    env: { ...process.env, NODE_COMPILE_CACHE: `${program[0]}.cache` },
  });
  const closed = once(child, 'close');
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(request));

  const entries: JournalEntry[] = [];
  let step: string | null = null;
  let steps: readonly string[] | null = null;
  let killed = false;
  const kill = (): void => {
    killed = child.kill('SIGKILL');
  };
  let watching: Promise<void> | null = null;
  let rest = '';
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout) {
    watching ??= meanwhile(kill);
    const lines = `${rest}${chunk}`.split('\n');
    // What was cut off in the middle was not said.
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line: CrashLine = JSON.parse(text);
      if (line.type === 'step') {
        step = line.name;
        kill();
      } else if (line.type === 'finished') steps = line.steps;
      else entries.push(line);
    }
  }
  const [code, signal] = await closed;
  await watching;
  if (code === 0 || (signal === 'SIGKILL' && killed)) return { entries, step, steps };
  throw new Error(`the child ended by itself, with ${code ?? signal}`);
}
