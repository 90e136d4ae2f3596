import type { Mail, Mailer } from '@pwreset/core';

/** A mailer that keeps what it is given. */
export interface MemoryMailer extends Mailer {
  /** Every mail that was accepted, oldest first. */
  readonly mails: readonly Mail[];
  /**
   * The newest mail to this address, or the newest of one kind.
   *
   * @throws {Error} When there is none; the message says which mails there are.
   */
  lastMail(to: string, kind?: Mail['kind']): Mail;
  /**
   * The URL in the newest mail to this address that has one, or in the newest of one kind.
   *
   * @throws {Error} When there is none; the message says which mails there are.
   */
  lastLink(to: string, kind?: Mail['kind']): string;
  /** Forgets the mails; faults that are still to come stay. */
  clear(): void;
  /**
   * The next `times` (1 by default) sends reject with this error, or hang until their signal aborts. Calls add up, in order.
   */
  failNext(fault: Error | 'hang', times?: number): void;
  /** The next `times` (1 by default) sends throw this error before they return a promise, as careless mailers do. */
  throwNext(error: Error, times?: number): void;
}

type Send = Mailer['send'];

/**
 * A {@link MemoryMailer}, for tests.
 *
 * @example
 * ```ts
 * import { memoryMailer } from '@pwreset/memory';
 *
 * const mailer = memoryMailer();
 * mailer.failNext(new Error('the relay is down'), 2);
 * ```
 */
export function memoryMailer(): MemoryMailer {
  const mails: Mail[] = [];
  const faults: Send[] = [];

  function plan(fault: Send, times: number): void {
    for (let count = 0; count < times; count += 1) faults.push(fault);
  }

  function newest<Found extends Mail>(what: string, to: string, matches: (mail: Mail) => mail is Found): Found {
    const found = mails.findLast((mail): mail is Found => mail.to === to && matches(mail));
    if (found !== undefined) return found;
    const present = mails.map((mail) => `${mail.kind} to ${mail.to}`).join(', ');
    throw new Error(`there is no ${what} to ${to}; the mails are: ${present || 'none'}`);
  }

  const ofKind = (mail: Mail, kind: Mail['kind'] | undefined): boolean => kind === undefined || mail.kind === kind;

  return {
    mails,
    send(mail, options) {
      const fault = faults.shift();
      if (fault !== undefined) return fault(mail, options);
      mails.push(Object.freeze(structuredClone(mail)));
      return Promise.resolve();
    },
    lastMail: (to, kind) => newest(kind ?? 'mail', to, (mail): mail is Mail => ofKind(mail, kind)),
    lastLink: (to, kind) =>
      newest(`${kind ?? 'mail'} with a link`, to, (mail): mail is Mail & { readonly url: string } => {
        return 'url' in mail && mail.url !== null && ofKind(mail, kind);
      }).url,
    clear() {
      mails.length = 0;
    },
    failNext(fault, times = 1) {
      plan(fault === 'hang' ? hang : () => Promise.reject(fault), times);
    },
    throwNext(error, times = 1) {
      plan(() => {
        throw error;
      }, times);
    },
  };
}

const hang: Send = (_mail, { signal }) =>
  new Promise((_resolve, reject) => {
    const give = (): void => reject(signal.reason);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
