import { createTransport, type Transport, type TransportConfig } from 'nodemailer';
import type { Mailbox } from './addresses.js';

/** What is handed to nodemailer's `sendMail`. */
export interface OutgoingMail {
  readonly from: Mailbox;
  readonly replyTo?: Mailbox;
  readonly to: Mailbox;
  /** Given, so that a transporter's defaults cannot add recipients. */
  readonly cc: undefined;
  readonly bcc: undefined;
  readonly envelope: { readonly from: Mailbox; readonly to: Mailbox };
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: { [header: string]: string };
  readonly disableFileAccess: true;
  readonly disableUrlAccess: true;
  readonly signal: AbortSignal;
}

/** The part of a nodemailer transporter that is used; anything of this shape will do. */
export interface MailTransporter {
  sendMail(mail: OutgoingMail): Promise<unknown>;
}

/** A transporter, or what nodemailer's `createTransport` takes: a URL, options, or a transport plugin. */
export type MailTransport = string | TransportConfig | Transport | MailTransporter;

interface OpenTransporter extends MailTransporter {
  close(): void;
}

const isTransporter = (transport: MailTransport): transport is MailTransporter =>
  typeof transport === 'object' && 'sendMail' in transport && typeof transport.sendMail === 'function';

/** @throws TypeError for a string that is no URL of an SMTP server; it is not repeated, for it may hold a password */
export function openTransporter(transport: MailTransport): OpenTransporter {
  if (isTransporter(transport)) return { sendMail: (mail) => transport.sendMail(mail), close: () => undefined };
  if (typeof transport === 'string' && !(/^smtps?:\/\//i.test(transport) && URL.canParse(transport))) {
    throw new TypeError('transport must be an smtp: or smtps: URL, options or a transporter');
  }
  const transporter = createTransport(transport);
  return { sendMail: (mail) => transporter.sendMail(mail), close: () => transporter.close() };
}
