import { type MailerUnderTest, testMailer } from '@pwreset/conformance';
import type { Mail, Mailer } from '@pwreset/core';
import { describe, expect, it } from 'vitest';
import { clean, linkOf, Relay, written } from './mailer-relay.js';

type Send = Mailer['send'];

const unlessAborted = (work: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    work.then(resolve, reject);
  });

/** A sound mailer, or one that writes to its relay otherwise. */
const mailer =
  (take: (relay: Relay, mail: Mail) => Promise<void> = (relay, mail) => relay.take([mail.to], written(mail))) =>
  (relay: Relay): Send =>
  async (mail, { signal }) =>
    unlessAborted(take(relay, mail), signal);

const kinds = `a mail of every kind has been taken when send resolves, once and for its recipient`;
const link = 'the link of a mail arrives as it is, 300 characters of it';
const code = 'the code of a mail arrives as it is';
const names =
  'no name, device or time zone adds a line, a header field or a recipient, or keeps a mail from being sent';
const address = 'a mail goes to the address that it names, whatever one may look like';
const refusal = 'a mail that is refused rejects, was not taken, and can be sent again';
const hanging = 'a mail that nobody answers is not sent, and rejects when the signal aborts';
const oneRefused = 'of mails at once one is refused, and it is the one that rejects';

const breakages: Readonly<Record<string, readonly [make: (relay: Relay) => Send, name: string]>> = {
  'resolves before anyone has taken the mail': [
    (relay) => async (mail) => void setImmediate(() => relay.take([mail.to], written(mail)).catch(() => {})),
    kinds,
  ],
  'does not wait for an answer': [
    (relay) => async (mail) => void relay.take([mail.to], written(mail)).catch(() => {}),
    refusal,
  ],
  'swallows a refusal': [mailer((relay, mail) => relay.take([mail.to], written(mail)).catch(() => {})), refusal],
  'hands over again what was refused, and rejects all the same': [
    mailer(async (relay, mail) => {
      await relay.take([mail.to], written(mail)).catch(async (error: unknown) => {
        await relay.take([mail.to], written(mail));
        throw error;
      });
    }),
    refusal,
  ],
  'is closed by a refusal': [
    (relay) => {
      let closed = false;
      return mailer(async (relay, mail) => {
        if (closed) throw new Error('closed');
        await relay.take([mail.to], written(mail)).catch((error: unknown) => {
          closed = true;
          throw error;
        });
      })(relay);
    },
    refusal,
  ],
  'lets all mails fail with one': [
    (relay) => {
      let last = Promise.resolve();
      return mailer((relay, mail) => {
        last = last.then(() => relay.take([mail.to], written(mail)));
        return last;
      })(relay);
    },
    oneRefused,
  ],
  'does not look at the signal': [(relay) => (mail) => relay.take([mail.to], written(mail)), hanging],
  'resolves when the signal aborts': [
    (relay) => (mail, options) =>
      mailer()(relay)(mail, options).catch((error: unknown) => {
        if (!options.signal.aborted) throw error;
      }),
    hanging,
  ],
  'sends every mail twice': [
    mailer(async (relay, mail) => {
      await relay.take([mail.to], written(mail));
      await relay.take([mail.to], written(mail));
    }),
    kinds,
  ],
  'keeps a copy for someone else': [
    mailer((relay, mail) => relay.take([mail.to, 'archive@shop.example'], written(mail))),
    kinds,
  ],
  'makes a Message-ID of its own': [
    mailer((relay, mail) => relay.take([mail.to], written(mail, { messageId: `${relay.received.length}@host` }))),
    'a mail that is sent again bears the same Message-ID',
  ],
  'has no mail for one kind': [
    mailer(async (relay, mail) => {
      if (mail.kind !== 'email_change_notice') await relay.take([mail.to], written(mail));
    }),
    kinds,
  ],
  'cannot write a notice without a link': [
    mailer(async (relay, mail) => {
      if ('url' in mail) new URL(mail.url ?? '');
      await relay.take([mail.to], written(mail));
    }),
    kinds,
  ],
  'sends to whom the last mail was for': [
    (relay) => {
      let current = '';
      return mailer(async (relay, mail) => {
        current = mail.to;
        await Promise.resolve();
        await relay.take([current], written(mail));
      })(relay);
    },
    'mails at once do not mix',
  ],
  'writes the link of another mail': [
    (relay) => {
      let current = '';
      return mailer(async (relay, mail) => {
        current = linkOf(mail);
        await Promise.resolve();
        await relay.take([mail.to], written(mail, { text: current }));
      })(relay);
    },
    'mails at once do not mix',
  ],
  'writes to the mail that it was given': [
    mailer((relay, mail) => relay.take([mail.to], written(Object.assign(mail, { name: clean(mail.name) })))),
    kinds,
  ],
  'leaves out the code': [mailer((relay, mail) => relay.take([mail.to], written(mail, { text: linkOf(mail) }))), code],
  'breaks lines': [
    mailer((relay, mail) => relay.take([mail.to], written(mail, { text: linkOf(mail).replace(/.{76}/g, '$&\r\n') }))),
    link,
  ],
  'escapes the link in plain text': [
    mailer((relay, mail) => relay.take([mail.to], written(mail, { text: linkOf(mail).replaceAll('&', '&amp;') }))),
    link,
  ],
  'parses the link anew': [
    mailer((relay, mail) => {
      const url = URL.parse(linkOf(mail));
      return relay.take(
        [mail.to],
        written(mail, { text: `${url?.origin}${url?.pathname}?${url?.searchParams}${url?.hash}` }),
      );
    }),
    link,
  ],
  'writes addresses in lower case': [
    mailer((relay, mail) => relay.take([mail.to.toLowerCase()], written(mail))),
    address,
  ],
  'knows no tags': [mailer((relay, mail) => relay.take([mail.to.replace(/\+[^@]*/, '')], written(mail))), address],
  'takes ASCII only': [
    mailer(async (relay, mail) => {
      if (!/^[ -~]+$/.test(mail.to)) throw new Error('not ASCII');
      await relay.take([mail.to], written(mail));
    }),
    address,
  ],
  'sends to each address of a list': [
    mailer((relay, mail) => relay.take(mail.to.split(/[,; ]+/), written(mail))),
    'what is not one address is refused, or is one recipient all the same',
  ],
  'writes names as they come': [
    mailer((relay, mail) => relay.take([mail.to], written(mail, { name: mail.service.name }))),
    names,
  ],
  'refuses names with line breaks': [
    mailer(async (relay, mail) => {
      if (/[\r\n]/.test(mail.service.name)) throw new TypeError('a header field must be one line');
      await relay.take([mail.to], written(mail));
    }),
    names,
  ],
  'needs a time zone that exists': [
    mailer(async (relay, mail) => {
      new Intl.DateTimeFormat('en', { timeZone: mail.timezone }).format(mail.at);
      await relay.take([mail.to], written(mail));
    }),
    names,
  ],
};

/** Runs the whole kit on a mailer and answers the names of the tests that failed. */
async function failuresOf(make: (relay: Relay) => Send, dispose = async () => {}): Promise<readonly string[]> {
  const factory = async (): Promise<MailerUnderTest> => {
    const relay = new Relay();
    return {
      mailer: { send: make(relay) },
      received: async () => [...relay.received],
      refuseNext: () => relay.faults.push(({ refuse }) => refuse()),
      hangNext: () => new Promise((resolve) => relay.faults.push(() => resolve())),
      dispose,
    };
  };
  const tests: { readonly name: string; readonly run: () => Promise<void> }[] = [];
  testMailer({ test: (name, run) => tests.push({ name, run }), factory });
  const outcomes = await Promise.allSettled(tests.map(({ run }) => run()));
  return tests.filter((_, index) => outcomes[index]?.status === 'rejected').map(({ name }) => name);
}

describe('the mailer kit', () => {
  it('passes a sound mailer', async () => {
    expect(await failuresOf(mailer())).toEqual([]);
  });

  // At once: where a mailer never lets go of a mail, the kit waits for a while.
  it.concurrent.each(Object.entries(breakages))(
    'catches a mailer that %s',
    { timeout: 20_000 },
    async (_, [make, name]) => {
      const failed = await failuresOf(make);
      expect(failed.map((full) => full.replace(/^mailer: (P5: )?/, ''))).toContain(name);
    },
  );

  it('disposes of every mailer that it asked for, after a failure too', async () => {
    let made = 0;
    let disposed = 0;
    const failed = await failuresOf(
      () => {
        made += 1;
        return () => Promise.reject(new Error('broken'));
      },
      async () => {
        disposed += 1;
      },
    );
    expect(failed.length).toBeGreaterThan(5);
    expect(disposed).toBe(made);
  });
});
