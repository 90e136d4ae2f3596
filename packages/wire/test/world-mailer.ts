import type { Mail, Mailer } from '@pwreset/core';

/** How a mailer can let one down. */
export const mailFaults = ['rejects', 'throws', 'hangs', 'is late'] as const;
export type MailFault = (typeof mailFaults)[number];

export interface FaultyMailer extends Mailer {
  /** What it has sent, and what it was asked to send while it was broken. */
  readonly sent: readonly Mail[];
  readonly attempts: readonly Mail[];
  breakDown(): void;
  /** Sends again; what was late is sent, what hung hangs. */
  heal(): void;
  /** Resolves once it has been asked while it was broken. */
  readonly asked: Promise<void>;
}

/** A mailer that is well until it breaks down. */
export function faultyMailer(fault: MailFault): FaultyMailer {
  const sent: Mail[] = [];
  const attempts: Mail[] = [];
  const late = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let broken = false;
  const send = (mail: Mail): Promise<void> => {
    if (!broken) {
      sent.push(mail);
      return Promise.resolve();
    }
    attempts.push(mail);
    asked.resolve();
    if (fault === 'throws') throw new Error(`550 ${mail.to} is nobody`);
    if (fault === 'rejects') return Promise.reject(new Error(`550 ${mail.to} is nobody`));
    return fault === 'hangs' ? new Promise(() => undefined) : late.promise.then(() => void sent.push(mail));
  };
  const breakDown = (): void => {
    broken = true;
  };
  const heal = (): void => {
    broken = false;
    late.resolve();
  };
  return { send, sent, attempts, breakDown, heal, asked: asked.promise };
}
