import type { ReceivedMail } from '@pwreset/conformance';
import type { Mail } from '@pwreset/core';

/** Takes mails as a server does: an envelope, and lines that it does not look into. */
export class Relay {
  readonly received: ReceivedMail[] = [];
  readonly faults: ((answer: { refuse(): void }) => void)[] = [];

  async take(recipients: readonly string[], message: string): Promise<void> {
    await Promise.resolve();
    const fault = this.faults.shift();
    if (fault !== undefined)
      await new Promise<void>((_, reject) => fault({ refuse: () => reject(new Error('refused')) }));
    const end = message.indexOf('\r\n\r\n');
    const lines = message.slice(0, end).split('\r\n');
    const headers = lines.map((line): [string, string] => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    });
    const [, messageId = ''] = headers.find(([name]) => name === 'Message-ID') ?? [];
    this.received.push({
      recipients,
      messageId: messageId.slice(1, -1),
      headers,
      text: message.slice(end + 4),
      html: null,
    });
  }
}

/** A text that fits into a line of a header. */
export const clean = (text: string): string => text.replace(/[^\p{L}\p{N} ]+/gu, ' ');
/** What a mail has to say: its link, and its code where it has one. */
export const bodyOf = (mail: Mail): string =>
  mail.kind === 'reset_code' ? `${mail.code}\r\n${mail.url}` : linkOf(mail);
export const linkOf = (mail: Mail): string => ('url' in mail && mail.url !== null ? mail.url : '');

/** A mail as lines; what is given stands there as it is. */
export function written(
  mail: Mail,
  { name = clean(mail.service.name), text = bodyOf(mail), messageId = mail.messageId } = {},
): string {
  return `To: ${mail.to.replace(/[\r\n]+/g, ' ')}\r\nFrom: ${name}\r\nMessage-ID: <${messageId}>\r\n\r\n${text}`;
}
