import type { EventListener, PwresetEvent } from './events.js';

const trouble: ReadonlySet<PwresetEvent['type']> = new Set<PwresetEvent['type']>([
  'job_retried',
  'job_dead',
  'mail_dropped',
  'storage_fault',
  'rehash_failed',
]);

/** Where nobody listens, what an operator has to hear of is a warning: mail that cannot leave must not fail in silence. */
export const warnOfTrouble: EventListener = (event) => {
  // biome-ignore lint/suspicious/noConsole: there is nobody else to tell, and an application that listens never gets here.
  if (trouble.has(event.type)) console.warn(`pwreset: ${JSON.stringify(event)}`);
};
