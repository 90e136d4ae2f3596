/** A URL, or a template of one, with a further query behind its own and before its fragment. */
export function withQuery(url: string, query: string): string {
  const [page = '', ...fragment] = url.split('#');
  const joint = page.includes('?') ? (/[?&]$/.test(page) ? '' : '&') : '?';
  return [`${page}${joint}${query}`, ...fragment].join('#');
}
