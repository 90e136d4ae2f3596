import assert from 'node:assert/strict';
import { endOf, type MailerCase, send, sent, turns } from './mailer-kit.js';
import { mailOf } from './mailer-samples.js';

export const mailerFailureCases: Readonly<Record<string, MailerCase>> = {
  'P5: a mail that is sent again bears the same Message-ID': async (parts) => {
    const mail = mailOf('reset', 1);
    const received = [await sent(parts, mail), await sent(parts, mailOf('reset', 1))];
    assert.deepEqual(
      received.map(({ messageId }) => messageId),
      [mail.messageId, mail.messageId],
    );
  },

  'P5: a mail that is refused rejects, was not taken, and can be sent again': async (parts) => {
    const mail = mailOf('update_notice', 1);
    for (const _ of [1, 2]) {
      parts.refuseNext();
      assert.equal(await endOf(send(parts.mailer, mail)), 'rejected');
      assert.deepEqual(await parts.received(), []);
    }
    assert.equal((await sent(parts, mail)).messageId, mail.messageId);
  },

  'P5: of mails at once one is refused, and it is the one that rejects': async (parts) => {
    const mails = Array.from({ length: 6 }, (_, n) => mailOf('reset', n));
    parts.refuseNext();
    const ends = await Promise.all(mails.map((mail) => endOf(send(parts.mailer, mail))));
    const received = await parts.received();
    for (const [n, { messageId }] of mails.entries()) {
      const taken = received.some((mail) => mail.messageId === messageId);
      assert.equal(ends[n], taken ? 'resolved' : 'rejected');
    }
    assert.equal(received.length, mails.length - 1);
  },

  'P5: a mail that nobody answers is not sent, and rejects when the signal aborts': async (parts) => {
    const controller = new AbortController();
    const hangs = parts.hangNext();
    let ended = false;
    const sending = parts.mailer.send(mailOf('reset', 1), { signal: controller.signal });
    const end = endOf(sending).finally(() => {
      ended = true;
    });
    await Promise.race([hangs, end]);
    await turns();
    assert.equal(ended, false, 'send ended while nobody had answered');
    controller.abort();
    assert.equal(await end, 'rejected');
    const next = mailOf('reset', 2);
    await send(parts.mailer, next);
    assert.ok((await parts.received()).some(({ messageId }) => messageId === next.messageId));
  },
};
