import { callOf, charge } from './call.js';
import { codeFailures } from './code-limits.js';
import { completeReset } from './complete-reset.js';
import type { Context } from './context.js';
import { shapePassword } from './new-password.js';
import type { ConfirmResetInput, PasswordChanged } from './pwreset-types.js';
import { openToken, readToken } from './read-token.js';

/** Sets a new password by the token of a reset mail. */
export async function confirmReset(context: Context, input: ConfirmResetInput): Promise<PasswordChanged> {
  const call = callOf(context, 'confirm_reset', input);
  const opened = openToken(context, call, input.token, 'reset');
  const password = shapePassword(context, call, input.password, 'password');
  await charge(context, call);

  return context.tokenTurns(opened.id, async () => {
    const found = await readToken(context, call, opened);
    const moot = codeFailures(context, call, found.user);
    return completeReset(context, call, found, { password, factor: input.factor, moot });
  });
}
