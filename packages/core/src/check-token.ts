import { callOf, charge } from './call.js';
import type { Context } from './context.js';
import { PwresetError } from './errors.js';
import type { CheckTokenInput, CheckTokenResult } from './pwreset-types.js';
import { openToken, readToken } from './read-token.js';

/** Says whether a form is worth showing for this token. It consumes nothing, however often it is asked. */
export async function checkToken(context: Context, input: CheckTokenInput): Promise<CheckTokenResult> {
  const call = callOf(context, 'check_token', input);
  try {
    const opened = openToken(context, call, input.token, 'any');
    await charge(context, call);
    const { token } = await readToken(context, call, opened);
    return { valid: true, purpose: token.purpose, expiresAt: token.expiresAt };
  } catch (error) {
    if (error instanceof PwresetError && error.code === 'invalid_token') return { valid: false };
    throw error;
  }
}
