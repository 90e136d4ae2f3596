import type { PwresetEvent } from '@pwreset/core';

/** Where mail or storage has trouble, an operator has to hear of it. */
const trouble: ReadonlySet<PwresetEvent['type']> = new Set<PwresetEvent['type']>([
  'job_retried',
  'job_dead',
  'mail_dropped',
  'storage_fault',
]);

/** What callers are never told: why a mail was not sent. */
export function tellOperator(event: PwresetEvent): void {
  if (event.type === 'begin_ignored') process.stderr.write(`pwreset demo: no mail was sent: ${event.reason}\n`);
  else if (event.type === 'code_withheld')
    process.stderr.write(`pwreset demo: the mail has no code: ${event.reason}\n`);
  else if (trouble.has(event.type)) process.stderr.write(`pwreset demo: ${JSON.stringify(event)}\n`);
}
