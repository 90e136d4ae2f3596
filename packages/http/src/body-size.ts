import { type HttpBody, maxBodyBytes } from './message.js';

/**
 * Whether a body is larger than any may be. Of one that was parsed before, texts and names are counted by their length and every
 * value as one more: that is never more than the bytes that they came in.
 */
export function isTooLarge(body: HttpBody): boolean {
  if (body.kind !== 'parsed') return body.kind === 'too_large';
  let size = 0;
  const open: unknown[] = [body.value];
  while (open.length > 0 && size <= maxBodyBytes) {
    const value = open.pop();
    size += typeof value === 'string' ? value.length + 1 : 1;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      if (typeof name === 'string') size += name.length;
      open.push(item);
    }
  }
  return size > maxBodyBytes;
}
