import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pageStyle } from './pages.js';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * For the pages that show mails without asking for a key: nothing is stored, framed or run, and who asks under another name
 * than this machine's is refused. A site whose name was made to point here (DNS rebinding) could read the links otherwise.
 */
export function isGuarded(request: IncomingMessage, response: ServerResponse): boolean {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return loopbackHost.test(request.headers.host ?? '');
}
