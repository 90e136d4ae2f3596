import type { Demo } from '../src/demo.js';
import type { Reply } from './support.js';

/**
 * Sends a request as a document prints it for curl: method, header lines and body as they stand there, to the demo instead of the
 * printed host. curl leaves a header away that has nothing behind its colon.
 */
export async function curl(
  { url }: Pick<Demo, 'url'>,
  method: string,
  path: string,
  headers: readonly string[],
  data?: string,
): Promise<Reply> {
  const fields = headers.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trim();
    return value === '' ? [] : [[line.slice(0, colon), value]];
  });
  const response = await fetch(url + path, {
    method,
    headers: fields,
    ...(data === undefined ? {} : { body: data }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) };
}
