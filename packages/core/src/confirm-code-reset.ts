import { comparableAddress, requireAddress } from './address.js';
import { type Call, callOf, charge, giveBack } from './call.js';
import { codeFailures } from './code-limits.js';
import { type CodeSource, deriveCode, typedCode } from './codes.js';
import { completeReset } from './complete-reset.js';
import { equalTexts } from './constant-time.js';
import type { Context } from './context.js';
import type { Token, User } from './entities.js';
import { InvalidInput, TooManyRequests } from './errors.js';
import { oneUser } from './find-user.js';
import { type ComparableAddress, tokenId, userId } from './ids.js';
import { codeGuesses } from './limit-rules.js';
import { shapePassword } from './new-password.js';
import type { ConfirmCodeResetInput, PasswordChanged } from './pwreset-types.js';
import { type GenuineToken, openToken, readToken, refuseToken, tokenRefusal } from './read-token.js';
import { openLinkToken } from './tokens.js';

/** What is to be set once the code has turned out right. */
type Given = Omit<Parameters<typeof completeReset>[3], 'moot'>;

/**
 * Sets a new password by the code of a reset mail, or by the token of its link. A guess is charged before anything is looked up
 * or compared, whether the address is known or not (P8); it is given back when the code was good and something else refused.
 */
export async function confirmCodeReset(context: Context, input: ConfirmCodeResetInput): Promise<PasswordChanged> {
  const call = callOf(context, 'confirm_code_reset', input);
  const address = requireAddress(input.email);
  if (typeof input.code !== 'string' || input.code.trim() === '') throw new InvalidInput('code', 'missing');
  const given = { password: shapePassword(context, call, input.newPassword, 'newPassword'), factor: input.factor };
  if (openLinkToken(context.keyRing, input.code).outcome === 'genuine') {
    return byLink(context, call, address, openToken(context, call, input.code, 'reset'), given);
  }
  const code = typedCode(context.settings.codes, input.code);
  if (code === null) throw refuseToken(context, call, 'malformed');
  return byCode(context, call, address, code, given);
}

async function byLink(
  context: Context,
  call: Call,
  address: ComparableAddress,
  opened: GenuineToken,
  given: Given,
): Promise<PasswordChanged> {
  await charge(context, call);
  return context.tokenTurns(opened.id, async () => {
    const found = await readToken(context, call, opened);
    const { user } = found;
    const same = user.realm === call.realm && comparableAddress(user.email) === address;
    if (!same) throw refuseToken(context, call, 'other_user', { opened, user });
    return completeReset(context, call, found, { ...given, moot: codeFailures(context, call, user) });
  });
}

async function byCode(
  context: Context,
  call: Call,
  address: ComparableAddress,
  code: string,
  given: Given,
): Promise<PasswordChanged> {
  const guesses = codeGuesses(context.settings.limits, { realm: call.realm, address }, call.startedAt);
  await charge(context, call, guesses).catch((error: unknown) => {
    // Waiting does not open a closed channel, and the answer must not say that there is one: no reset ever opens a stranger's.
    const closed = error instanceof TooManyRequests && error.limit === 'code_failures_by_address';
    throw closed ? refuseToken(context, call, 'channel_closed') : error;
  });
  // Codes of one address wait for each other, so that a right one that comes many times costs one hash.
  return context.tokenTurns(guesses[0].key, async () => {
    const found = await readCode(context, call, address, code);
    return completeReset(context, call, found, { ...given, moot: guesses }).catch(async (error: unknown) => {
      await giveBack(context, call, guesses);
      throw error;
    });
  });
}

/** Compared where nobody has a code, so that this costs the same. */
const nobodysCode: CodeSource = { id: tokenId('0'.repeat(20)), userId: userId('') };

/** The open code of the user with this address, where it is the one that was typed. @throws {@link PwresetError} `invalid_token` */
async function readCode(
  context: Context,
  call: Call,
  address: ComparableAddress,
  typed: string,
): Promise<{ readonly token: Token; readonly user: User }> {
  const { keyRing, settings, storage } = context;
  const found = await storage.findCodes(call.realm, address);
  const users = found.map((each) => each.user);
  const user = oneUser(context, users, { realm: call.realm, address });
  const token = found.find((each) => each.user === user)?.code ?? null;
  const key = token === null ? null : keyRing.find(token.secretId);
  const expected = deriveCode(key ?? keyRing.current, settings.codes, token ?? nobodysCode);
  const same = equalTexts(typed, expected);
  if (user === null || token === null || key === null) throw refuseToken(context, call, 'no_code', { user });
  const about = { opened: token, user };
  if (!same) throw refuseToken(context, call, 'mismatched', about);
  const other = token.serviceId !== call.serviceId;
  const reason = other ? 'other_service' : tokenRefusal(context, token, user, context.clock.now());
  if (reason !== null) throw refuseToken(context, call, reason, about);
  return { token, user };
}
