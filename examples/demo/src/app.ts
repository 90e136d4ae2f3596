import type { RequestListener } from 'node:http';
import type { Handler } from '@pwreset/http';
import { fail, fault } from './answers.js';
import { frameworkApps } from './frameworks.js';
import type { Mailbox } from './mailbox.js';
import { pageRoutes } from './page-routes.js';
import type { Framework } from './settings.js';

/**
 * The path and query of a request target, out of the absolute form too (RFC 9112, section 3.2). `null` for one that has none,
 * such as `http://[`: a framework would run nothing of ours for it and answer with a page of its own.
 */
function originForm(target: string): string | null {
  if (target.startsWith('/') || target === '*') return target;
  if (!/^https?:/i.test(target) || !URL.canParse(target)) return null;
  const { pathname, search } = new URL(target);
  return pathname + search;
}

/** The demo's own pages, and behind them the routes of the library in a framework. */
export function demoApp(
  handler: Handler,
  {
    framework,
    mailbox,
    url,
  }: { readonly framework: Framework; readonly mailbox: Pick<Mailbox, 'mails'>; readonly url: string },
): RequestListener {
  const served = pageRoutes(mailbox, url);
  const app = frameworkApps[framework](handler);
  return (request, response) => {
    const target = originForm(request.url ?? '');
    if (target === null) {
      fail(response, 404, 'NotFound', 5);
      return;
    }
    request.url = target;
    try {
      if (!served(request, response)) app(request, response);
    } catch (error) {
      fault(response, error);
    }
  };
}
