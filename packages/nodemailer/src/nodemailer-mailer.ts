import type { Mail, Mailer } from '@pwreset/core';
import { cleanText, type RenderedMail, renderMail } from '@pwreset/templates';
import { configuredMailbox, type Mailbox, recipient, type Sender } from './addresses.js';
import { MailFailed, mailFailed } from './mail-failed.js';
import { type MailTransport, type OutgoingMail, openTransporter } from './transporter.js';

export interface NodemailerMailerOptions {
  /** A transporter, or what nodemailer's `createTransport` takes: a URL, options, or a transport plugin. */
  readonly transport: MailTransport;
  /** The sender and return path. Without a name, mails bear the name of the service. */
  readonly from: Sender;
  readonly replyTo?: Sender | undefined;
  /** Writes the mails; `renderMail` of `@pwreset/templates` by default. */
  readonly render?: ((mail: Mail) => RenderedMail | Promise<RenderedMail>) | undefined;
}

export interface NodemailerMailer extends Mailer {
  /**
   * Closes the connections of a pooled transport once they are idle. A transporter that was handed in belongs to whoever made it, and
   * stays open.
   */
  close(): void;
}

const headers = {
  // RFC 3834, section 5: vacation responders leave the mail alone.
  'Auto-Submitted': 'auto-generated',
  // The same for Exchange (MS-OXCMAIL, "Auto Response Suppress"). Not "All": that would suppress bounces too.
  'X-Auto-Response-Suppress': 'OOF, AutoReply',
};

function requireAccepted(info: unknown): void {
  if (typeof info !== 'object' || info === null || !('accepted' in info)) return;
  if (Array.isArray(info.accepted) && info.accepted.length !== 1) throw new MailFailed('EENVELOPE');
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new MailFailed('EABORT'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * A {@link Mailer} over SMTP or any other nodemailer transport.
 *
 * Every mail goes to exactly one recipient, whatever its address looks like and whatever defaults the transporter has, with a plain
 * text and an html part, the mail's own `Message-ID`, and one `Auto-Submitted: auto-generated` (RFC 3834, section 5).
 *
 * `send` rejects with {@link MailFailed}, also where the server takes the message but not the recipient, and at once when the signal
 * aborts: an SMTP connection is then closed. A server that has all of the message may still deliver it; a later attempt bears the same
 * `Message-ID`, by which the two can be told to be one.
 *
 * @throws TypeError where `from`, `replyTo` or `transport` is wrong
 *
 * @example
 * ```ts
 * import { nodemailerMailer } from '@pwreset/nodemailer';
 *
 * const mailer = nodemailerMailer({
 *   transport: 'smtps://user:password@smtp.example.com',
 *   from: 'no-reply@example.com',
 * });
 * mailer.close();
 * ```
 */
export function nodemailerMailer(options: NodemailerMailerOptions): NodemailerMailer {
  const { render = renderMail } = options;
  const from = configuredMailbox(options.from, 'from');
  const replyTo = options.replyTo === undefined ? {} : { replyTo: configuredMailbox(options.replyTo, 'replyTo') };
  const transporter = openTransporter(options.transport);

  const written = async (mail: Mail, to: Mailbox, signal: AbortSignal): Promise<OutgoingMail> => {
    const { subject, text, html, lang } = await render(mail);
    return {
      from: { name: from.name || cleanText(mail.service.name, 60), address: from.address },
      ...replyTo,
      to,
      cc: undefined,
      bcc: undefined,
      envelope: { from, to },
      messageId: `<${mail.messageId}>`,
      subject,
      text,
      html,
      headers: { ...headers, 'Content-Language': lang },
      disableFileAccess: true,
      disableUrlAccess: true,
      signal,
    };
  };

  const deliver = async (mail: Mail, signal: AbortSignal): Promise<void> => {
    const to = recipient(mail.to);
    const message = await written(mail, to, signal).catch(() => {
      throw new MailFailed('ERENDER');
    });
    if (signal.aborted) throw new MailFailed('EABORT');
    requireAccepted(await transporter.sendMail(message));
  };

  return {
    send: async (mail, { signal }) => {
      try {
        await unlessAborted(signal, deliver(mail, signal));
      } catch (error) {
        throw mailFailed(error);
      }
    },
    close: () => transporter.close(),
  };
}
