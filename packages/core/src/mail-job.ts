import { deriveCode } from './codes.js';
import type { Context } from './context.js';
import type { Token, User } from './entities.js';
import type { TokenRefusal } from './events.js';
import { serviceId, tokenId } from './ids.js';
import type { ClaimedJob, NoticeWork, ResetMailWork } from './jobs.js';
import { fillLink } from './links.js';
import type { Mail } from './mail.js';
import { noticeLinks } from './notices.js';
import { tokenRefusal } from './read-token.js';
import { fillResetUrl, resolveResetUrl } from './reset-urls.js';
import { requireService, type ServiceDescription } from './service-finder.js';
import { deriveLinkToken } from './tokens.js';

/** A mail that is ready to be sent, or why it has become pointless. */
export type Prepared =
  | { readonly outcome: 'mail'; readonly mail: Mail }
  | { readonly outcome: 'dropped'; readonly reason: TokenRefusal };

const dropped = (reason: TokenRefusal): Prepared => ({ outcome: 'dropped', reason });

/** Stable over every attempt, so that a mail that was delivered twice can be told (RFC 5322, section 3.6.4). */
const messageId = (job: ClaimedJob, service: ServiceDescription): string =>
  `${job.id}@${new URL(service.url).hostname}`;

/** The token's text, derived again; `null` once its secret has been dropped. */
function tokenText(context: Context, token: Token): string | null {
  const key = context.keyRing.find(token.secretId);
  return key === null ? null : deriveLinkToken(key, token.purpose, token.id);
}

/** The reset mail, to the stored address; dropped when its token has died since (P7). */
export async function prepareResetMail(context: Context, job: ClaimedJob, work: ResetMailWork): Promise<Prepared> {
  const found = await context.storage.findToken(tokenId(work.tokenId));
  const service = await requireService(context, { serviceId: serviceId(work.serviceId) });
  if (found === null) return dropped('unknown');
  const { token, user } = found;
  // Another worker may have the secret, or this one after its next deployment: the mail waits for it as long as it has a point.
  const text = tokenText(context, token);
  if (text === null) throw new Error('the secret of this token is not configured');
  const reason = tokenRefusal(context, token, user, context.clock.now());
  if (reason !== null || user === null) return dropped(reason ?? 'user_gone');
  const { email, name, locale, timezone } = user;
  const { expiresAt } = token;
  const base = {
    messageId: messageId(job, service),
    to: email,
    name,
    locale,
    timezone,
    service: { name: service.name, url: service.url },
    at: work.requestedAt,
    client: work.client,
    url: resetLink(service, work, { token: text, email }),
    expiresAt,
  };
  const code = await codeText(context, work);
  return {
    outcome: 'mail',
    mail: code === null ? { kind: 'reset', ...base } : { kind: 'reset_code', ...base, ...code },
  };
}

/**
 * To the caller's page as long as the service permits it, since the payload of a job is no configuration (P11); else to the
 * service's own, so that whoever waits for the mail has one.
 */
function resetLink(
  { links, resetUrls }: ServiceDescription,
  { resetUrl }: ResetMailWork,
  values: { readonly token: string; readonly email: string },
): string {
  const page = resetUrl === null ? null : resolveResetUrl(resetUrls, resetUrl);
  return page === null ? fillLink(links.reset, values) : fillResetUrl(page, values.token);
}

/** The code, derived again; `null` where there is none, or none that is still good: then the link alone is sent. */
async function codeText(
  context: Context,
  { codeId }: ResetMailWork,
): Promise<{ readonly code: string; readonly codeExpiresAt: number } | null> {
  const found = codeId === null ? null : await context.storage.findToken(tokenId(codeId));
  const key = found === null ? null : context.keyRing.find(found.token.secretId);
  if (found === null || key === null) return null;
  const { token, user } = found;
  if (tokenRefusal(context, token, user, context.clock.now()) !== null) return null;
  return { code: deriveCode(key, context.settings.codes, token), codeExpiresAt: token.expiresAt };
}

/**
 * The notice of a change, to the address that was stored at the moment of the commit, whatever has become of the user since
 * (P5). It is sent even when its revoke link has been used, and without a link when the secret behind it was dropped.
 */
export async function prepareNotice(context: Context, job: ClaimedJob, work: NoticeWork): Promise<Prepared> {
  const service = await requireService(context, { serviceId: serviceId(work.serviceId) });
  if (job.address === null) return dropped('unknown');
  const found = work.tokenId === null ? null : await context.storage.findToken(tokenId(work.tokenId));
  const user: User | null = found?.user ?? null;
  const base = {
    messageId: messageId(job, service),
    to: job.address,
    name: user?.name ?? '',
    locale: work.locale,
    timezone: work.timezone,
    service: { name: service.name, url: service.url },
    at: work.at,
    client: work.client,
  };
  if (work.mail === 'revoke_notice') return { outcome: 'mail', mail: { ...base, kind: work.mail } };
  const text = found === null ? null : tokenText(context, found.token);
  const template = service.links[noticeLinks[work.mail]];
  const url = text === null ? null : fillLink(template, { token: text, email: job.address });
  return { outcome: 'mail', mail: { ...base, kind: work.mail, url, expiresAt: job.expiresAt } };
}
