import type { IncomingMessage, ServerResponse } from 'node:http';
import { fail, send } from './answers.js';
import type { Mailbox } from './mailbox.js';
import { isGuarded } from './page-guard.js';
import { accountPage, mailboxPage } from './pages.js';

type Page = (response: ServerResponse, query: URLSearchParams) => void;

/**
 * What stands in for a mail program and for an application: serves the demo's own pages and says whether a request was for one.
 * They know no framework, so that each framework has nothing but the library's routes to serve.
 */
export function pageRoutes(
  mailbox: Pick<Mailbox, 'mails'>,
  url: string,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const account: Page = (response, query) => send(response, 200, 'text/html', accountPage(url, query));
  const pages: ReadonlyMap<string, Page> = new Map<string, Page>([
    ['', (response) => void response.writeHead(302, { Location: '/mailbox' }).end()],
    ['/mailbox', (response) => send(response, 200, 'text/html', mailboxPage(mailbox.mails))],
    ['/mailbox.json', (response) => send(response, 200, 'application/json', JSON.stringify(mailbox.mails))],
    ['/account', account],
    [securityPagePath, account],
  ]);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const page = pages.get(path.toLowerCase().replace(/\/$/, ''));
    if (page === undefined) return false;
    if (isGuarded(request, response)) page(response, new URLSearchParams(query));
    else fail(response, 421, 'MisdirectedRequest', 3);
    return true;
  };
}

/** Where the links of the security dialect lead: its front end's own page. */
export const securityPagePath = '/security/reset-password/reset';
