import type { Pwreset } from '@pwreset/core';
import type { Dialect, Method, Route } from './dialect.js';
import { type PathParams, type PathPattern, pathPattern } from './path-pattern.js';

/** A row whose path matched. */
export interface Found<P extends Pwreset> {
  readonly route: Route<P>;
  readonly params: PathParams;
}

export interface PathMatch<P extends Pwreset> {
  /** Whose words a failure is put in. */
  readonly dialect: Dialect<P>;
  /** By method; empty where no row has this path. */
  readonly found: ReadonlyMap<Method, Found<P>>;
}

export interface RouteTable<P extends Pwreset> {
  match(path: string): PathMatch<P>;
  /** Whether a path has a row or lies below a dialect's prefix. */
  owns(path: string): boolean;
}

/** The path of a row below its dialect's prefix. */
export const fullPath = (
  { prefix }: { readonly prefix: string },
  { path, wellKnown }: { readonly path: string; readonly wellKnown: boolean },
): string => (wellKnown ? path : prefix + path);

interface Row<P extends Pwreset> {
  readonly dialect: Dialect<P>;
  readonly route: Route<P>;
  readonly pattern: PathPattern;
}

/** The rows of every dialect. @throws TypeError for a prefix that is no path, and for two rows with one method and path */
export function routeTable<P extends Pwreset>(dialects: readonly Dialect<P>[]): RouteTable<P> {
  const [first] = dialects;
  if (first === undefined) throw new TypeError('name at least one dialect');
  for (const { name, prefix } of dialects) {
    if (!/^(?:\/[\w.~-]+)*$/.test(prefix)) {
      throw new TypeError(`the prefix of ${name} must be empty or a path such as /sso, not ${JSON.stringify(prefix)}`);
    }
  }
  refuseTwins(dialects);

  const rows: readonly Row<P>[] = dialects.flatMap((dialect) =>
    dialect.routes.map((route) => ({ dialect, route, pattern: pathPattern(fullPath(dialect, route)) })),
  );
  const below = (path: string): Dialect<P> | undefined =>
    dialects
      .filter(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
      .toSorted((one, other) => other.prefix.length - one.prefix.length)[0];
  const match = (path: string): PathMatch<P> => {
    const found = new Map<Method, Found<P>>();
    let owner: Dialect<P> | undefined;
    for (const { dialect, route, pattern } of rows) {
      const params = pattern(path);
      if (params === null) continue;
      owner ??= dialect;
      if (!found.has(route.method)) found.set(route.method, { route, params });
    }
    return { dialect: owner ?? below(path) ?? first, found };
  };
  const served = (path: string): boolean => rows.some(({ pattern }) => pattern(path) !== null);
  return { match, owns: (path) => served(path) || (below(path)?.prefix ?? '') !== '' };
}

function refuseTwins<P extends Pwreset>(dialects: readonly Dialect<P>[]): void {
  const seen = new Set<string>();
  for (const dialect of dialects) {
    for (const route of dialect.routes) {
      const path = fullPath(dialect, route);
      const key = `${route.method} ${path.replace(/\{\w+\}/g, '{}')}`;
      if (seen.has(key)) throw new TypeError(`two rows serve ${route.method} ${path}`);
      seen.add(key);
    }
  }
}
