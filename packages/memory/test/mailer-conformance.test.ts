import { testMailer } from '@pwreset/conformance';
import { test } from 'vitest';
import { memoryMailer } from '../src/mailer.js';
import { bodyOf } from './mailer-relay.js';

testMailer({
  test,
  factory: async () => {
    const mailer = memoryMailer();
    return {
      mailer,
      received: async () =>
        mailer.mails.map((mail) => ({
          recipients: [mail.to],
          messageId: mail.messageId,
          headers: [],
          text: bodyOf(mail),
          html: null,
        })),
      refuseNext: () => mailer.failNext(new Error('refused')),
      hangNext: async () => mailer.failNext('hang'),
      dispose: async () => {},
    };
  },
});
