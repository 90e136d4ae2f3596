import type { Catalogue, LinkedMailValues } from './catalogue.js';

const undo = ({ service, until }: LinkedMailValues) => ({
  invitation: [
    'If this was you, there is nothing to do.',
    'If it was not you, follow this link and confirm. It disables your account and ends its sessions, so that nobody can use it:',
  ],
  action: 'This was not me: disable my account',
  closing: [`The link works once, until ${until}. After that, contact ${service} if it was not you.`],
});

/** English: the language of every mail for which no other one fits. */
export const english: Catalogue = {
  lang: 'en',
  dir: 'ltr',
  greeting: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
  when: (at) => `When: ${at}`,
  fromAddress: (ip) => `IP address: ${ip}`,
  fromDevice: (device) => `Device: ${device}`,
  copyLink: 'If the link does not open, copy this address into your browser:',
  linkedLetters: {
    reset: ({ service, until }) => ({
      subject: 'Password Reset Request',
      opening: [`Someone, probably you, asked to reset the password of your ${service} account.`],
      invitation: ['Follow this link to set a new password:'],
      action: 'Set a new password',
      closing: [
        `The link works once, until ${until}. Do not pass it on: whoever has it can set your password.`,
        'If you did not ask for this, do nothing. Your password stays as it is.',
      ],
    }),
    reset_code: ({ service, until }) => ({
      subject: 'Password Reset Request',
      opening: [`Someone, probably you, asked to reset the password of your ${service} account.`],
      invitation: ['Or follow this link:'],
      action: 'Set a new password',
      closing: [
        `The link works once, until ${until}. Pass on neither the code nor the link: whoever has one can set your password.`,
        'If you did not ask for this, do nothing. Your password stays as it is.',
      ],
    }),
    reset_notice: (values) => ({
      subject: 'Password Reset Confirmed',
      opening: [`The password of your ${values.service} account was reset with a link from a mail to you.`],
      ...undo(values),
    }),
    update_notice: (values) => ({
      subject: 'Password Updated',
      opening: [`The password of your ${values.service} account was changed by someone who knew the old one.`],
      ...undo(values),
    }),
    email_change_notice: (values) => ({
      subject: 'Email Address Changed',
      opening: [
        `The email address of your ${values.service} account was changed. This address no longer belongs to the account.`,
      ],
      ...undo(values),
    }),
  },
  code: ({ until }) => ({
    invitation: ['To set a new password, type this code where you asked for it:'],
    closing: [`The code works once, until ${until}.`],
  }),
  withoutLink: ({ service }) => [
    'If this was you, there is nothing to do.',
    `If it was not you, contact ${service} at once.`,
  ],
  revokeNotice: ({ service }) => ({
    subject: 'Account Disabled',
    opening: [
      `Your ${service} account was disabled with the link from a mail that told you of a change. Its password and its keys no longer work.`,
    ],
    closing: [
      `To get the account back, contact ${service}.`,
      `If it was not you, someone else can read your mail: change the password of your mailbox first, then contact ${service}.`,
    ],
  }),
};
