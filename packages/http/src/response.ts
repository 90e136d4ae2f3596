import { Overloaded, TooManyRequests } from '@pwreset/core';
import type { Answer } from './dialect.js';
import type { Failure } from './failure.js';
import type { HttpResponse } from './message.js';

/** Nothing here is for a cache, a referrer or a sniffer (ASVS 5.0, V3.4.5, V3.4.4, V14.3.2). */
const everyAnswer = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

export function responseOf(answer: Answer, further: HttpResponse['headers'] = {}): HttpResponse {
  const { status, json, mediaType = 'application/json', headers = {} } = answer;
  // JSON has no parameters (RFC 8259, section 11); this one keeps old clients from guessing, and harms none.
  const contentType = json === undefined ? {} : { 'Content-Type': `${mediaType}; charset=utf-8` };
  return {
    status,
    headers: { ...everyAnswer, ...contentType, ...further, ...headers },
    body: json === undefined ? '' : JSON.stringify(json),
  };
}

/** An answer to OPTIONS: which methods there are, and nothing else. */
export const optionsResponse = (allow: string): HttpResponse => ({
  status: 204,
  headers: { ...everyAnswer, Allow: allow },
  body: '',
});

/** RFC 9110, section 10.2.3: whole seconds, and never «at once». */
export const retryAfter = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1_000)));

/** The headers that a failure needs in any dialect; a challenge goes with 401 alone (RFC 9110, section 11.6.1). */
export function failureHeaders(failure: Failure, status: number, allow: string): HttpResponse['headers'] {
  if (failure.kind === 'method_not_allowed') return { Allow: allow };
  if (failure.kind === 'unauthenticated') return status === 401 ? { 'WWW-Authenticate': failure.challenge } : {};
  if (failure.kind !== 'refused') return {};
  const { error } = failure;
  return error instanceof TooManyRequests || error instanceof Overloaded
    ? { 'Retry-After': retryAfter(error.retryAfterMs) }
    : {};
}
