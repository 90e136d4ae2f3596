import { type DirectoryPwreset, PwresetError, type ServiceId, type UserId } from '@pwreset/core';
import {
  createHandler,
  type Handler,
  type HttpRequest,
  iam,
  native,
  profile,
  profileResetUrl,
  security,
  sso,
} from '@pwreset/http';
import { securityPagePath } from './page-routes.js';

/** Where callers may have the links of reset mails lead: the URLs that the documents of the original systems print, and ours. */
export const demoResetUrls = (url: string): readonly string[] => [
  'http://iqraa.ai/forgot-password?code={{code}}',
  profileResetUrl('http://example.com'),
  profileResetUrl(`${url}/account`),
  `${url}/account?token={{code}}`,
  securityResetUrl(url),
];

const securityResetUrl = (url: string): string => `${url}${securityPagePath}?token={{token}}`;

const bearer = /^bearer +([\x21-\x7e]+)$/i;

/** An application knows who is signed in by its sessions; here it is whoever sends a key of the user's own. */
const currentUser =
  (pwreset: DirectoryPwreset, service: ServiceId) =>
  async ({ headers }: HttpRequest): Promise<UserId | null> => {
    const { authorization } = headers;
    const key = typeof authorization === 'string' ? bearer.exec(authorization)?.[1] : undefined;
    if (key === undefined) return null;
    try {
      return (await pwreset.keys.verify(key, { service, limitBy: 'service' })).user.id;
    } catch (error) {
      if (error instanceof PwresetError && error.code === 'invalid_key') return null;
      throw error;
    }
  };

/** Every dialect on one server: four at the paths of their originals, and the recommended one at the root. */
export function demoHandler(
  pwreset: DirectoryPwreset,
  { url, service }: { readonly url: string; readonly service: ServiceId },
): Handler {
  return createHandler({
    pwreset,
    dialects: [
      sso(),
      security({ resetUrl: securityResetUrl(url) }),
      iam({ currentUser: currentUser(pwreset, service) }),
      profile(),
      native({ changePasswordUrl: `${url}/account` }),
    ],
    openApi: { path: '/openapi.json', title: 'pwreset demo', version: '0.1.0' },
    onFault: ({ method, path, fault }) =>
      void process.stderr.write(`pwreset demo: ${method} ${path}: ${fault.name}: ${fault.message}\n`),
  });
}
