/** Names in lower case, as Node gives them; a field that came more than once may be a list. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * - `bytes`: as they came, none where there was no body;
 * - `parsed`: what a framework made of them before the handler was asked;
 * - `too_large`: more than {@link maxBodyBytes}; the binding stopped reading.
 */
export type HttpBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'too_large' };

/** A request, whichever framework it came by. */
export interface HttpRequest {
  /** In upper case. */
  readonly method: string;
  /** Percent-encoded as it came, without the query; relative to where the handler is mounted. */
  readonly path: string;
  /** What follows the question mark, undecoded; empty where there is none. */
  readonly query: string;
  readonly headers: HttpHeaders;
  readonly body: HttpBody;
  /** The client's address as the framework knows it, never read from a header here. */
  readonly ip: string | null;
}

/** An answer. `body` is empty for HEAD and OPTIONS. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** 64 KiB. A binding stops reading here and passes `too_large` on. */
export const maxBodyBytes: number = 64 * 1024;

/** A header's value, or `null` where it is missing or came more than once. */
export function headerOf(request: Pick<HttpRequest, 'headers'>, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}
