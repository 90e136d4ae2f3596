import type { RequestListener, ServerResponse } from 'node:http';
import { type DirectoryPwreset, describeFault } from '@pwreset/core';
import { pwresetExpress } from '@pwreset/express';
import { createHandler, sso } from '@pwreset/http';
import express, { type ErrorRequestHandler } from 'express';
import type { Mailbox } from './mailbox.js';
import { pageGuard } from './page-guard.js';
import { accountPage, mailboxPage } from './pages.js';

/** A failure as the sso dialect puts it, for what never came to its handler. */
function fail(response: ServerResponse, status: number, error: string, code: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify({ error, code, message: error }));
}

/** The operator hears what went wrong, the client only that something did. Express knows it by its four parameters. */
const faultHandler: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const { name, message } = describeFault(error);
  process.stderr.write(`pwreset demo: ${name}: ${message}\n`);
  fail(response, 500, 'InternalError', 13);
};

/**
 * The path and query of a request target, out of the absolute form too (RFC 9112, section 3.2). `null` for one that has none,
 * such as `http://[`: Express would run no middleware for it and answer with a page of its own.
 */
function originForm(target: string): string | null {
  if (target.startsWith('/') || target === '*') return target;
  if (!/^https?:/i.test(target) || !URL.canParse(target)) return null;
  const { pathname, search } = new URL(target);
  return pathname + search;
}

/** The routes of the library, and the pages that stand in for a mail program and an application. */
export function demoApp(pwreset: DirectoryPwreset, mailbox: Pick<Mailbox, 'mails'>, url: string): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.get('/mailbox.json', pageGuard, (_request, response) => void response.json(mailbox.mails));
  app.get('/mailbox', pageGuard, (_request, response) => void response.send(mailboxPage(mailbox.mails)));
  app.get('/account', pageGuard, (request, response) => void response.send(accountPage(url, request.query)));
  app.get('/', pageGuard, (_request, response) => response.redirect('/mailbox'));
  app.use(pwresetExpress(createHandler({ pwreset, dialects: [sso()] }), { passOn: false }));
  app.use(faultHandler);
  return (request, response) => {
    const target = originForm(request.url ?? '');
    if (target === null) {
      fail(response, 404, 'NotFound', 5);
      return;
    }
    request.url = target;
    app(request, response);
  };
}
