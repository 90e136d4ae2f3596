import type { MailKind } from '@pwreset/core';

/** Mails that carry a link. */
export type LinkedMailKind = Exclude<MailKind, 'revoke_notice'>;

/** What the words of a mail may mention. All of it is safe to put into plain text; html is escaped later. */
export interface MailValues {
  readonly service: string;
}

export interface LinkedMailValues extends MailValues {
  /** Until when the link works, as the user writes times. */
  readonly until: string;
}

/** A mail in words: one string a paragraph, in plain text. */
export interface Letter {
  readonly subject: string;
  /** What happened. When and from where it happened follows after it. */
  readonly opening: readonly string[];
  readonly closing: readonly string[];
}

export interface LinkedLetter extends Letter {
  /** What the link is for; stands right before it. */
  readonly invitation: readonly string[];
  /** The text of the link. */
  readonly action: string;
}

/** What stands around a code, before the link of the same mail. */
export interface CodeLetter {
  /** What the code is for; stands right before it. */
  readonly invitation: readonly string[];
  readonly closing: readonly string[];
}

/**
 * Every word of every mail in one language. A language is one value of this type, in a file of its own.
 *
 * @example
 * ```ts
 * import { type Catalogue, english, mailRenderer } from '@pwreset/templates';
 *
 * const shouting: Catalogue = { ...english, greeting: (name) => `HELLO ${name ?? ''}!` };
 * const render = mailRenderer([shouting]);
 * ```
 */
export interface Catalogue {
  /** BCP 47 language tag, as short as is true: `de` serves `de-AT` too. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  greeting(name: string | null): string;
  when(at: string): string;
  fromAddress(ip: string): string;
  fromDevice(device: string): string;
  /** Stands before the URL in full, in html. */
  readonly copyLink: string;
  readonly linkedLetters: { readonly [Kind in LinkedMailKind]: (values: LinkedMailValues) => LinkedLetter };
  /** `until` is when the code ends, which is sooner than the link of the same mail. */
  code(values: LinkedMailValues): CodeLetter;
  /** In the place of the link, in a notice that has none. */
  withoutLink(values: MailValues): readonly string[];
  revokeNotice(values: MailValues): Letter;
}
