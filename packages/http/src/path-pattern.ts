/** What the placeholders of a path stood for, decoded. */
export type PathParams = Readonly<Record<string, string>>;

/** The values of a pattern's `{name}` segments in a path, or `null` where the path is another one. */
export type PathPattern = (path: string) => PathParams | null;

const maxParamLength = 200;
const placeholder = /^\{(\w+)\}$/;

/** A segment's text, or `null` for what no id is: empty, not UTF-8, overlong, or with a control character in it. */
function decodeSegment(segment: string): string | null {
  try {
    const text = decodeURIComponent(segment);
    return text !== '' && text.length <= maxParamLength && text.isWellFormed() && !/\p{Cc}/u.test(text) ? text : null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/**
 * A pattern such as `/v1/user/{id}`. Literal segments are compared as they are, undecoded, so that one route has one
 * spelling; only what stands for a placeholder is decoded.
 */
export function pathPattern(pattern: string): PathPattern {
  // Every row is asked for every request, and most are neither: one comparison tells.
  const head = pattern.slice(0, pattern.search(/\{|$/));
  if (head === pattern) return (path) => (path === pattern ? {} : null);
  const wanted = pattern.split('/').map((segment) => ({ segment, name: placeholder.exec(segment)?.[1] ?? null }));
  return (path) => {
    if (!path.startsWith(head)) return null;
    const segments = path.split('/');
    if (segments.length !== wanted.length) return null;
    const params: [string, string][] = [];
    for (const [index, { segment, name }] of wanted.entries()) {
      const given = segments[index] ?? '';
      if (name === null) {
        if (given !== segment) return null;
        continue;
      }
      const value = decodeSegment(given);
      if (value === null) return null;
      params.push([name, value]);
    }
    return Object.fromEntries(params);
  };
}
