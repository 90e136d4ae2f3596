import * as z from 'zod';

const names = z
  .union([z.string().max(4_000), z.array(z.string().max(200)).max(100)])
  .nullish()
  .describe('Names of attributes, repeated or separated by commas; all where left out, none for $none.');

/** The original's documentation and its code each have their own name for it. */
const wanted = { attributesToReturn: names, attributeToReturn: names };

/** Who has it was asked before; it stands here for the reference. */
const accessTokenId = z.string().describe('The key of the calling service.');

export const profileRequest = z.object({ accessTokenId, ...wanted });

export const resetRequest = z.object({
  accessTokenId,
  /** Braces would be a placeholder of the caller's own. */
  resetPasswordUrl: z
    .string()
    .min(1)
    .max(2_000)
    .regex(/^[^{}]*$/),
  ...wanted,
});

export const passwordChange = z.object({
  accessTokenId,
  resetTokenId: z.string().min(1).max(1_000),
  /** What a password may be, the policy decides. */
  newPassword: z.string().min(1),
  factor: z.string().max(1_000).nullish(),
  ...wanted,
});

/** Which attributes a profile is to have; `null` for all. */
export type WantedAttributes = ReadonlySet<string> | null;

/** For no attributes at all. */
const none = '$none';

export function wantedAttributes(
  input: Pick<z.output<typeof profileRequest>, 'attributesToReturn' | 'attributeToReturn'>,
): WantedAttributes {
  const given = [input.attributesToReturn ?? [], input.attributeToReturn ?? []].flat();
  const listed = given.flatMap((text) => text.split(',')).map((name) => name.trim());
  const asked = listed.filter((name) => name !== '');
  if (asked.length === 0) return null;
  return new Set(asked.includes(none) ? [] : asked);
}
