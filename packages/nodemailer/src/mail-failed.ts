/** Codes of errors are words such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`; anything else might be part of a message. */
const codeWord = /^[A-Z][A-Z0-9_]{1,60}$/;

/**
 * The mail was not sent, or nobody can tell. It names no address, no link and no server, so that it is safe to log, and has no
 * `cause`, because nodemailer's errors carry addresses and what the server said.
 */
export class MailFailed extends Error {
  override readonly name = 'MailFailed';

  constructor(
    /**
     * Nodemailer's or Node's own, such as `ECONNREFUSED`, `EENVELOPE` or `EAUTH`; `EABORT` where the signal ended it, `ERECIPIENT` for
     * an address that no mail is sent to, `ERENDER` where the mail could not be written, `EUNKNOWN` for everything else.
     */
    readonly code: string,
    /** The SMTP reply code (RFC 5321, section 4.2.3), where the server refused. */
    readonly responseCode: number | null = null,
  ) {
    super(`the mail was not sent (${responseCode === null ? code : `${code}, ${responseCode}`})`);
  }
}

const property = (error: unknown, key: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;

/** What a transport threw, reduced to its codes. Node's own code says more than nodemailer's, where there are both. */
export function mailFailed(error: unknown): MailFailed {
  if (error instanceof MailFailed) return error;
  const code = [property(error, 'originalCode'), property(error, 'code')].find(
    (value) => typeof value === 'string' && codeWord.test(value),
  );
  const responseCode = property(error, 'responseCode');
  return new MailFailed(
    typeof code === 'string' ? code : 'EUNKNOWN',
    typeof responseCode === 'number' && responseCode >= 200 && responseCode <= 599 ? responseCode : null,
  );
}
