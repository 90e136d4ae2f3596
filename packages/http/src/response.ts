import { Overloaded, TooManyRequests } from '@pwreset/core';
import type { Answer } from './dialect.js';
import type { Failure } from './failure.js';
import type { HttpResponse } from './message.js';

/** Nothing here is for a cache, a referrer or a sniffer (ASVS 5.0, V3.4.5, V3.4.4, V14.3.2). */
const everyAnswer = {
  'Cache-Control': 'no-store',
  'Content-Type': 'application/json; charset=utf-8',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

export const jsonResponse = ({ status, json }: Answer, headers: HttpResponse['headers'] = {}): HttpResponse => ({
  status,
  headers: { ...everyAnswer, ...headers },
  body: JSON.stringify(json),
});

/** An answer to OPTIONS: which methods there are, and nothing else. */
export const optionsResponse = (allow: string): HttpResponse => ({
  status: 204,
  headers: { ...everyAnswer, Allow: allow },
  body: '',
});

/** RFC 9110, section 10.2.3: whole seconds, and never «at once». */
const retryAfter = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1_000)));

/** The headers that a failure needs in any dialect. */
export function failureHeaders(failure: Failure, allow: string): HttpResponse['headers'] {
  if (failure.kind === 'method_not_allowed') return { Allow: allow };
  if (failure.kind === 'unauthenticated') return { 'WWW-Authenticate': failure.challenge };
  if (failure.kind !== 'refused') return {};
  const { error } = failure;
  return error instanceof TooManyRequests || error instanceof Overloaded
    ? { 'Retry-After': retryAfter(error.retryAfterMs) }
    : {};
}
