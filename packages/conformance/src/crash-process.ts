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

/** When a process is killed that is not killed at a step of its own, and what happens to it until then. */
export interface CrashPlan {
  /** Killed so many milliseconds after it has said so many things. */
  readonly kill?: { readonly afterEntries: number; readonly thenMs: number };
  /** Called at its first word. `ended` aborts when the process has ended. */
  readonly beside?: (kill: () => void, ended: AbortSignal) => Promise<void>;
}

/**
 * Runs the program and kills it with SIGKILL, as soon as it reaches the step `killAt` of the request or as `plan` says.
 *
 * @throws {Error} where it ends by itself and with a failure
 */
export async function runChild(
  [path, ...rest]: CrashTarget['program'],
  request: CrashRequest,
  { kill: planned, beside }: CrashPlan = {},
): Promise<CrashEnd> {
  const child = spawn(process.execPath, [path, ...rest], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    // The first process that comes to its end spares the others the compiling.
    env: { ...process.env, NODE_COMPILE_CACHE: `${path}.cache` },
  });
  const closed = once(child, 'close');
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(request));

  const entries: JournalEntry[] = [];
  let step: string | null = null;
  let steps: readonly string[] | null = null;
  let killed = false;
  const kill = (): void => {
    killed ||= child.kill('SIGKILL');
  };
  const ended = new AbortController();
  const hear = (line: CrashLine): void => {
    if (line.type === 'step') {
      step = line.name;
      kill();
    } else if (line.type === 'finished') {
      steps = line.steps;
    } else {
      entries.push(line);
      if (entries.length === planned?.afterEntries) setTimeout(kill, planned.thenMs);
    }
  };
  let besides: Promise<void> | null = null;
  let cut = '';
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout) {
    besides ??= beside?.(kill, ended.signal) ?? Promise.resolve();
    const lines = `${cut}${chunk}`.split('\n');
    // What was cut off in the middle was not said.
    cut = lines.pop() ?? '';
    for (const line of lines) hear(JSON.parse(line));
  }
  const [code, signal] = await closed;
  ended.abort();
  await besides;
  if (code === 0 || (signal === 'SIGKILL' && killed)) return { entries, step, steps };
  throw new Error(`the child ended by itself, with ${code ?? signal}`);
}
