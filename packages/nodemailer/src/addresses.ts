import { comparableAddress } from '@pwreset/core';
import addressparser from 'nodemailer/lib/addressparser';
import { MailFailed } from './mail-failed.js';

/** A mailbox; as an object it is never parsed, so nothing in it can become a second one. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** A mailbox as an application configures it: `'Example <no-reply@example.com>'`, or its parts. */
export type Sender = string | { readonly name?: string | undefined; readonly address: string };

/** What separates or delimits addresses in a header or an SMTP command (RFC 5322, section 3.4; RFC 5321, section 4.1.2). */
const delimiter = /[\p{C}\p{Z}\s,;:<>()[\]"\\]/u;

const isAddress = (address: string): boolean => !delimiter.test(address) && comparableAddress(address) !== null;

/** The one recipient of a mail (OWASP ASVS 5.0, V1.3.11). @throws {@link MailFailed} `ERECIPIENT` */
export function recipient(address: string): Mailbox {
  if (!isAddress(address)) throw new MailFailed('ERECIPIENT');
  return { name: '', address };
}

/** A configured mailbox. @throws TypeError for none and for several */
export function configuredMailbox(sender: Sender, option: string): Mailbox {
  const mailboxes = typeof sender === 'string' ? addressparser(sender) : [sender];
  const [{ name = '', address = '' } = {}] = mailboxes;
  if (mailboxes.length !== 1 || !isAddress(address)) throw new TypeError(`${option} must be one address`);
  return { name, address };
}
