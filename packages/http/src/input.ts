import { malformed, RequestRefused } from './failure.js';
import { type Fields, requireFields } from './fields.js';
import { utf8MediaType } from './media-type.js';
import { type HttpRequest, headerOf } from './message.js';
import { parseForm } from './strict-form.js';
import { parseJson } from './strict-json.js';
import { decodeUtf8 } from './utf8.js';

/** Where a row of a dialect takes its parameters from. */
export type InputSource = 'json' | 'form' | 'query';

/** How each kind of body is named in Content-Type. */
export const mediaTypes = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/**
 * The parameters of a request, from the sources that its row names and from no other.
 *
 * @throws {@link RequestRefused}
 */
export function readFields(request: HttpRequest, sources: readonly InputSource[]): Fields {
  const query = sources.includes('query') ? parseForm(request.query) : {};
  const body = readBody(request, sources);
  const twice = Object.keys(body).find((name) => Object.hasOwn(query, name));
  if (twice !== undefined) throw malformed({ field: twice, problem: 'malformed' });
  return { ...query, ...body };
}

function readBody(request: HttpRequest, sources: readonly InputSource[]): Fields {
  const { body } = request;
  if (!sources.includes('json') && !sources.includes('form')) return {};
  if (body.kind === 'too_large') throw new RequestRefused({ kind: 'too_large' });
  if (body.kind === 'bytes' ? body.bytes.length === 0 : body.value === undefined) return {};

  const mediaType = utf8MediaType(headerOf(request, 'content-type'));
  const json = mediaType === mediaTypes.json && sources.includes('json');
  const form = mediaType === mediaTypes.form && sources.includes('form');
  if (!json && !form) throw new RequestRefused({ kind: 'unsupported_media_type' });
  if (body.kind === 'parsed') return requireFields(body.value);
  requireUnencoded(request);
  return json ? requireFields(parseJson(body.bytes)) : parseForm(decodeUtf8(body.bytes));
}

/** A compressed body could unpack to any size; nobody needs one of 64 KiB. */
function requireUnencoded(request: HttpRequest): void {
  const encoding = headerOf(request, 'content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') throw new RequestRefused({ kind: 'unsupported_media_type' });
}
