import type { Mail } from '@pwreset/core';
import { cleanText, shownName, shownService } from './clean.js';
import { shownDevice, shownIp } from './client.js';
import { formatTime, type Language } from './language.js';

/** A part of a mail, before it is text or html. */
export type Block =
  | { readonly type: 'paragraph'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'code'; readonly code: string }
  | { readonly type: 'link'; readonly url: string; readonly action: string; readonly copyLink: string };

export interface Content {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** An absolute http or https URL without anything that would end it early, in a line of text or in an attribute. */
const wholeUrl = /^https?:\/\/[^\p{C}\p{Z}<>"\\]+$/iu;

/** What core makes of codes. */
const wholeCode = /^[0-9A-Z]{6,12}$/;

const maxSubjectLength = 200;

const paragraphs = (texts: readonly string[]): readonly Block[] => texts.map((text) => ({ type: 'paragraph', text }));

function linkBlock(url: string, action: string, copyLink: string): Block {
  if (!wholeUrl.test(url) || !URL.canParse(url)) throw new TypeError('the link of a mail must be a plain http(s) URL');
  return { type: 'link', url, action, copyLink };
}

function codeBlocks(mail: Mail, language: Language, service: string): readonly Block[] {
  if (mail.kind !== 'reset_code') return [];
  if (!wholeCode.test(mail.code)) throw new TypeError('the code of a mail must be 6 to 12 letters and digits');
  const until = formatTime(mail.codeExpiresAt, language, mail.timezone);
  const { invitation, closing } = language.catalogue.code({ service, until });
  return [...paragraphs(invitation), { type: 'code', code: mail.code }, ...paragraphs(closing)];
}

function facts({ at, client, timezone }: Mail, language: Language): Block {
  const { catalogue } = language;
  const ip = shownIp(client.ip);
  const device = shownDevice(client.userAgent);
  const items = [catalogue.when(formatTime(at, language, timezone))];
  if (ip !== null) items.push(catalogue.fromAddress(ip));
  if (device !== null) items.push(catalogue.fromDevice(device));
  return { type: 'list', items };
}

/** What a mail says, in the words of a language. @throws TypeError for a link that is no http(s) URL, and a code that is none */
export function composeMail(mail: Mail, language: Language): Content {
  const { catalogue } = language;
  const greeting: Block = { type: 'paragraph', text: catalogue.greeting(shownName(mail.name)) };
  const service = shownService(mail.service.name);
  if (mail.kind === 'revoke_notice') {
    const { subject, opening, closing } = catalogue.revokeNotice({ service });
    return {
      subject: cleanText(subject, maxSubjectLength),
      blocks: [greeting, ...paragraphs(opening), facts(mail, language), ...paragraphs(closing)],
    };
  }
  const until = formatTime(mail.expiresAt, language, mail.timezone);
  const letter = catalogue.linkedLetters[mail.kind]({ service, until });
  const end =
    mail.url === null
      ? paragraphs(catalogue.withoutLink({ service }))
      : [
          ...codeBlocks(mail, language, service),
          ...paragraphs(letter.invitation),
          linkBlock(mail.url, letter.action, catalogue.copyLink),
          ...paragraphs(letter.closing),
        ];
  return {
    subject: cleanText(letter.subject, maxSubjectLength),
    blocks: [greeting, ...paragraphs(letter.opening), facts(mail, language), ...end],
  };
}
