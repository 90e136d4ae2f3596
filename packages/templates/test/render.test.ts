import { mailKinds } from '@pwreset/core';
import { describe, expect, it } from 'vitest';
import { renderMail } from '../src/index.js';
import { changeNotice, code, everyMail, resetCodeMail, resetMail, revokeNotice, url } from './mails.js';

const decode = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const links = (html: string): readonly string[] =>
  [...html.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)].map(([, href = '']) => decode(href));

describe('renderMail', () => {
  it('has a mail of every kind to test', () => {
    expect(everyMail.map(({ kind }) => kind)).toEqual([...mailKinds]);
  });

  it.each([
    [resetMail, 'Password Reset Request'],
    [resetCodeMail, 'Password Reset Request'],
    [changeNotice('reset_notice'), 'Password Reset Confirmed'],
    [changeNotice('update_notice'), 'Password Updated'],
    [changeNotice('email_change_notice'), 'Email Address Changed'],
    [revokeNotice, 'Account Disabled'],
  ])('gives $kind the subject that clients of the sso dialect know', (mail, subject) => {
    expect(renderMail(mail).subject).toBe(subject);
  });

  it.each(everyMail)('tells in $kind whose account it is, when, from where and with what', (mail) => {
    const { text, html, lang } = renderMail(mail);
    for (const part of [
      'Hello Ann Example,',
      'Acme account',
      'When: March 14, 2026 at 9:26 AM UTC',
      'IP address: 192.0.2.7',
      'Device: Firefox, Linux',
    ]) {
      expect(text).toContain(part);
      expect(decode(html)).toContain(part);
    }
    expect(lang).toBe('en');
  });

  it('shows a code on a line of its own, before the link, and until when each works', () => {
    const { text, html } = renderMail(resetCodeMail);
    expect(text.split('\n').filter((line) => line === code)).toHaveLength(1);
    expect(text.indexOf(code)).toBeLessThan(text.indexOf(url));
    expect(text).toContain('The code works once, until March 14, 2026 at 9:36 AM UTC.');
    expect(text).toContain('The link works once, until March 14, 2026 at 10:26 AM UTC.');
    expect(html.split(`>${code}</p>`)).toHaveLength(2);
  });

  it.each(['', 'abc', 'K7QM2', 'K7QM2X9D<b>', 'K7QM-2X9D', '1234567890123'])('refuses the code %j', (wrong) => {
    expect(() => renderMail({ ...resetCodeMail, code: wrong })).toThrow(TypeError);
  });

  it.each(everyMail)('says the same in text and html of $kind', (mail) => {
    const { text, html } = renderMail(mail);
    const read = decode(html);
    for (const line of text.split('\n')) expect(read).toContain(line);
  });

  it.each(everyMail.filter((mail) => 'url' in mail))(
    'puts the URL of $kind on a line of its own, as the only link',
    (mail) => {
      const { text, html } = renderMail(mail);
      expect(text.split('\n').filter((line) => line.includes('://'))).toEqual([url]);
      expect(links(html)).toEqual([url]);
      expect(html).toContain(`<br>${url.replaceAll('&', '&amp;').replaceAll("'", '&#39;')}</p>`);
    },
  );

  it('has no link where the mail has none', () => {
    const { text, html } = renderMail(revokeNotice);
    expect(text).not.toContain('://');
    expect(html).not.toMatch(/href|:\/\//);
  });

  it('says until when the link works, and what to do', () => {
    const reset = renderMail(resetMail).text;
    expect(reset).toContain('until March 14, 2026 at 10:26 AM UTC');
    expect(reset).toContain('If you did not ask for this, do nothing.');
    for (const kind of ['reset_notice', 'update_notice', 'email_change_notice'] as const) {
      const { text } = renderMail(changeNotice(kind));
      expect(text).toContain('until March 21, 2026 at 9:26 AM UTC');
      expect(text).toContain('If it was not you, follow this link');
    }
    expect(renderMail(revokeNotice).text).toContain('If it was not you, someone else can read your mail');
  });

  it('leaves out what is not known', () => {
    const { text, html } = renderMail({ ...resetMail, name: '', client: { ip: null, userAgent: null } });
    expect(text).toMatch(/^Hello,\n/);
    expect(text).not.toMatch(/IP address|Device|null/);
    expect(html).not.toMatch(/IP address|Device|null/);
  });

  it.each(everyMail)('writes an accessible document for $kind that loads nothing', (mail) => {
    const { html, subject } = renderMail(mail);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/);
    expect(html).toMatch(/<div lang="en" dir="ltr"/);
    expect(html).toContain(`<title>${subject}</title>`);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).not.toMatch(/<(?:img|script|link|style|iframe|object|form)\b|url\(|@import|\bsrc=|\bon\w+=/i);
    for (const [, action] of html.matchAll(/<a [^>]*>([^<]*)<\/a>/g)) expect(action).toMatch(/^\w+(?: \w+:?)+/);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://acme.example/\nhttps://evil.example/',
    'https://acme.example/ https://evil.example/',
    'https://acme.example/">x',
    'https://acme.example/\u202etxt',
    '/reset',
    'https://',
    '',
  ])('refuses %j as a link, without repeating it', (hostile) => {
    const render = (): unknown => renderMail({ ...resetMail, url: hostile });
    expect(render).toThrow(TypeError);
    expect(render).toThrow(/^the link of a mail must be a plain http\(s\) URL$/);
  });
});
