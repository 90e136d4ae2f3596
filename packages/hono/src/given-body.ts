import type { HonoRequest } from 'hono';

/** Every value of every name, a list where a name came more than once: so nobody takes one of them for its value. */
function formFields(form: FormData): Readonly<Record<string, unknown>> {
  const all = new Map<string, unknown[]>();
  for (const [name, value] of form) {
    const before = all.get(name);
    if (before === undefined) all.set(name, [value]);
    else before.push(value);
  }
  return Object.fromEntries([...all].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

/**
 * What a middleware has read of the body, as near to its bytes as Hono kept it; `undefined` where nobody has. Only a form that
 * is kept as such cannot be bytes again: it would be written down as another media type.
 */
export async function givenBody(request: HonoRequest): Promise<unknown> {
  const { bodyCache } = request;
  if (Object.keys(bodyCache).length === 0) return undefined;
  if (bodyCache.formData !== undefined && bodyCache.arrayBuffer === undefined)
    return formFields(await request.formData());
  return request.arrayBuffer();
}
