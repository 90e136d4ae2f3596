import type { ReceivedMail } from './mailbox.js';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (mark) => escapes[mark] ?? mark);

/** The one style of every page; the policy that the pages are sent with names its hash. */
export const pageStyle =
  'body{font:16px/1.5 system-ui;margin:2rem auto;max-width:46rem;padding:0 1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f4;padding:1rem}article{border-top:1px solid #999}';

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;

/** The mailbox for a person. Bodies are shown as text: a mail's html is not to be trusted. */
export function mailboxPage(mails: readonly ReceivedMail[]): string {
  const articles = mails.toReversed().map(
    ({ to, subject, text, receivedAt }) => `<article>
<h2>${escapeHtml(subject)}</h2>
<p>To ${escapeHtml(to)}, ${escapeHtml(receivedAt)}</p>
<pre>${escapeHtml(text).replace(/https?:\/\/\S+/g, (url) => `<a href="${url}" rel="noreferrer">${url}</a>`)}</pre>
</article>`,
  );
  return page('Mailbox', articles.length === 0 ? '<p>No mail yet. Reload to look again.</p>' : articles.join('\n'));
}

interface Step {
  readonly title: string;
  readonly path: string;
  /** Whether a service makes the call; anyone may make the others. */
  readonly needsKey: boolean;
  readonly data: (token: string) => string;
}

const local = '/v1/auth/provider/local';
const password = '"password":"a brand new password"';

/** By the `type` of a link, none for the security dialect's. A map, because an object also has a `constructor`. */
const steps: ReadonlyMap<string | null, Step> = new Map<string | null, Step>([
  [
    'reset_password',
    {
      title: 'Set a new password',
      path: `${local}/reset-password/confirm`,
      needsKey: true,
      data: (token) => `{"token":"${token}",${password}}`,
    },
  ],
  [
    'reset_password_confirm',
    {
      title: 'This was not me',
      path: `${local}/reset-password/revoke`,
      needsKey: true,
      data: (token) => `{"token":"${token}"}`,
    },
  ],
  [
    'update_password',
    {
      title: 'This was not me',
      path: `${local}/update-password/revoke`,
      needsKey: true,
      data: (token) => `{"token":"${token}"}`,
    },
  ],
  [
    null,
    {
      title: 'Set a new password',
      path: '/password-resets/confirm',
      needsKey: false,
      data: (token) => `{"token":"${token}",${password}}`,
    },
  ],
]);

/** What a link of a mail leads to: here the application would show its form. Opening it changes nothing. */
export function accountPage(url: string, query: URLSearchParams): string {
  const step = steps.get(query.get('type'));
  const token = query.get('token') ?? query.get('tokenId');
  if (step === undefined || token === null || !/^[0-9a-z]+$/i.test(token)) {
    return page('Account', '<p>This page is where the links of the mails lead.</p>');
  }
  const command = `curl -X POST ${url}${step.path} \\
  ${step.needsKey ? '-H "Authorization: $KEY" ' : ''}-H 'Content-Type: application/json' \\
  -d '${step.data(token)}'`;
  return page(
    step.title,
    `<p>Your application would ask here, and then make this call${step.needsKey ? ' with its own key' : ''}:</p>\n<pre>${escapeHtml(command)}</pre>`,
  );
}
