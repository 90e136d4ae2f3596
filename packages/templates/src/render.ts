import type { Mail } from '@pwreset/core';
import { composeMail } from './blocks.js';
import type { Catalogue } from './catalogue.js';
import { toHtml } from './html.js';
import { chooseLanguage } from './language.js';
import { toText } from './text.js';

/** A mail, ready to be sent. */
export interface RenderedMail {
  /** One line. */
  readonly subject: string;
  /** Lines end in `\n`. */
  readonly text: string;
  /** A whole document. */
  readonly html: string;
  /** BCP 47 tag of the language in which it is written. */
  readonly lang: string;
}

export type RenderMail = (mail: Mail) => RenderedMail;

/**
 * A {@link renderMail} that also knows further languages. A mail is written in the language whose tag is the user's locale or the
 * longest prefix of it (RFC 4647, section 3.4), and in English where there is none. A catalogue for `en` replaces the English one
 * for users of English.
 *
 * @example
 * ```ts
 * import { english, mailRenderer } from '@pwreset/templates';
 *
 * const render = mailRenderer([{ ...english, lang: 'en-GB', greeting: (name) => `Dear ${name ?? 'user'},` }]);
 * ```
 */
export const mailRenderer =
  (catalogues: readonly Catalogue[]): RenderMail =>
  (mail) => {
    const language = chooseLanguage(mail.locale, catalogues);
    const content = composeMail(mail, language);
    return {
      subject: content.subject,
      text: toText(content.blocks),
      html: toHtml(content, language.catalogue),
      lang: language.catalogue.lang,
    };
  };

/**
 * Subject, plain text and html of a mail, in English, with times in the user's own time zone (UTC where that is unknown).
 *
 * Names and user agents are input from strangers: they are shown on one line, short, without control or bidirectional characters,
 * escaped in html, and never as something that a mail client makes a link of (OWASP ASVS 5.0, V1.2.1 and V1.3.11). The only link is
 * the mail's own; nothing is loaded from anywhere.
 *
 * @throws TypeError for a link that is no http(s) URL, and a code that is none; neither is in the message
 *
 * @example
 * ```ts
 * import { renderMail } from '@pwreset/templates';
 *
 * const { subject, text, html } = renderMail({
 *   kind: 'reset',
 *   messageId: 'job-1@example.com',
 *   to: 'ann@example.com',
 *   name: 'Ann',
 *   locale: 'en-GB',
 *   timezone: 'Europe/London',
 *   service: { name: 'Example', url: 'https://example.com' },
 *   at: 1_767_225_600_000,
 *   expiresAt: 1_767_229_200_000,
 *   client: { ip: '192.0.2.1', userAgent: null },
 *   url: 'https://example.com/reset#token=0123456789',
 * });
 * ```
 */
export const renderMail: RenderMail = (mail) => mailRenderer([])(mail);
