import { checkUrl, type Pwreset } from '@pwreset/core';
import type { Caller, Route } from './dialect.js';
import { nothing } from './native-input.js';
import { problems } from './problem.js';
import { route } from './route.js';

/** Who asks does not matter here, nor what credentials it sends along. */
const whoever: Caller<Pwreset, null> = { scheme: 'anyone', identify: async () => null };

/** The URL as a header can carry it. @throws TypeError */
function requireTarget(url: string): string {
  checkUrl(url, { allowInsecureLinks: false });
  return new URL(url).href;
}

/**
 * Where password managers look for the page for changing a password (W3C, A Well-Known URL for Changing Passwords).
 *
 * @throws TypeError for a URL that is not absolute or not https
 */
export function changePasswordRoute(changePasswordUrl: string, problemBase: string | undefined): Route<Pwreset> {
  const location = requireTarget(changePasswordUrl);
  return route({
    method: 'GET',
    path: '/.well-known/change-password',
    wellKnown: true,
    caller: whoever,
    reads: [],
    input: nothing,
    flow: async () => ({ Location: location }),
    status: 302,
    answer: () => undefined,
    headers: (headers) => headers,
    failure: problems({ base: problemBase }),
    docs: {
      operation: 'findChangePasswordPage',
      summary: 'Redirect to the page for changing a password',
      output: null,
      refusals: [],
      example: { request: {}, answer: undefined, headers: { Location: location } },
    },
  });
}
