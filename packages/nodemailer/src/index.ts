export type { Mailbox, Sender } from './addresses.js';
export { MailFailed } from './mail-failed.js';
export { type NodemailerMailer, type NodemailerMailerOptions, nodemailerMailer } from './nodemailer-mailer.js';
export type { MailTransport, MailTransporter, OutgoingMail } from './transporter.js';
