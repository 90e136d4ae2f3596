/** The demo cannot start as it was told to; the message is one line that names what to change. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Why something failed, in a few words. */
export const reasonOf = (error: unknown): string => {
  const { cause } = error instanceof Error ? error : { cause: undefined };
  if (cause instanceof Error) return reasonOf(cause);
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
};
