import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { pageStyle } from './pages.js';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * For the pages that show mails without asking for a key: nothing is stored, framed or run, and who asks under another name
 * than this machine's is refused. A site whose name was made to point here (DNS rebinding) could read the links otherwise.
 */
export const pageGuard: RequestHandler = (request, response, next) => {
  response.set(headers);
  if (loopbackHost.test(request.headers.host ?? '')) next();
  else response.status(421).json({ error: 'MisdirectedRequest', code: 3, message: 'MisdirectedRequest' });
};
