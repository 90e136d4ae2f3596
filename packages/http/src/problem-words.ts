import type { InputProblem, PasswordReason } from '@pwreset/core';

/** What is wrong with a field, to be read after its name. */
export const problemWords: Readonly<Record<InputProblem, string>> = {
  missing: 'is missing',
  malformed: 'is not of the right form',
  too_short: 'is too short',
  too_long: 'is too long',
  not_allowed: 'is not allowed',
};

const reasonWords: ReadonlyMap<string, string> = new Map<PasswordReason, string>([
  ['too_short', 'is too short'],
  ['too_long', 'is too long'],
  ['malformed', 'is not well-formed text'],
  ['context_word', 'is a word that others would try first, such as the name or the address'],
  ['same_as_before', 'is the one that was set before'],
]);

/** Why a password was refused, to be read after its name; an application's own policy adds words that are shown as they are. */
export const reasonText = (reason: string): string =>
  reasonWords.get(reason) ?? `is refused by the password policy: ${reason}`;
