import { testMailer } from '@pwreset/conformance';
import { test } from 'vitest';
import { memoryMailer } from '../src/mailer.js';

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
          text: 'url' in mail && mail.url !== null ? mail.url : '',
          html: null,
        })),
      refuseNext: () => mailer.failNext(new Error('refused')),
      hangNext: async () => mailer.failNext('hang'),
      dispose: async () => {},
    };
  },
});
