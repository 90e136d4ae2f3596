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

/** By the `type` of a link. A map, because an object also has a `constructor`. */
const steps: ReadonlyMap<unknown, { readonly title: string; readonly path: string; readonly body: string }> = new Map([
  [
    'reset_password',
    {
      title: 'Set a new password',
      path: 'reset-password/confirm',
      body: '"password":"a brand new password"',
    },
  ],
  ['reset_password_confirm', { title: 'This was not me', path: 'reset-password/revoke', body: '' }],
  ['update_password', { title: 'This was not me', path: 'update-password/revoke', body: '' }],
]);

/** What a link of a mail leads to: here the application would show its form. Opening it changes nothing. */
export function accountPage(url: string, query: Readonly<Record<string, unknown>>): string {
  const { type, token } = query;
  const step = steps.get(type);
  if (step === undefined || typeof token !== 'string' || !/^[0-9a-z]+$/i.test(token)) {
    return page('Account', '<p>This page is where the links of the mails lead.</p>');
  }
  const data = `{"token":"${token}"${step.body === '' ? '' : `,${step.body}`}}`;
  const command = `curl -X POST ${url}/v1/auth/provider/local/${step.path} \\
  -H "Authorization: $KEY" -H 'Content-Type: application/json' \\
  -d '${data}'`;
  return page(
    step.title,
    `<p>Your application would ask here, and then make this call with its own key:</p>\n<pre>${escapeHtml(command)}</pre>`,
  );
}
