import type { Call } from './call.js';
import type { Context } from './context.js';
import { InvalidInput } from './errors.js';
import { resolveResetUrl } from './reset-urls.js';

/**
 * Where the caller wants the mail to link to, as far as its service permits; `null` for the service's own page. It does not
 * depend on the user, and is settled before anything is charged or looked up (P10, P11).
 *
 * @throws {@link InvalidInput}
 */
export async function chosenResetUrl(context: Context, call: Call, resetUrl: unknown): Promise<string | null> {
  if (resetUrl === undefined) return null;
  if (typeof resetUrl !== 'string') throw new InvalidInput('resetUrl', 'malformed');
  if (resetUrl === '') throw new InvalidInput('resetUrl', 'missing');
  const service = await context.services.describe(call.serviceId);
  const resolved = service === null ? null : resolveResetUrl(service.resetUrls, resetUrl);
  if (resolved === null) throw new InvalidInput('resetUrl', 'not_allowed');
  return resolved;
}
