import type { Handler } from './handler.js';

/** Where a handler is mounted in a server that does not say. */
export interface Mount {
  /** A path relative to the mount; one that no row has where it does not lie below. */
  relative(path: string): string;
  /** Whether a request with this path is the handler's: below a mount all are, at the root those that a dialect owns. */
  owns(path: string): boolean;
}

/** @throws TypeError for a base path that is neither empty nor a path such as `/auth` */
export function mountAt(handler: Handler, basePath: string): Mount {
  if (!/^(?:\/[^/?#]+)*$/.test(basePath)) {
    throw new TypeError(`the base path must be empty or a path such as /auth, not ${JSON.stringify(basePath)}`);
  }
  const below = (path: string): string | null => {
    if (path === basePath) return '/';
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : null;
  };
  return {
    relative: (path) => below(path) ?? '',
    owns: (path) => (basePath === '' ? handler.owns(path) : below(path) !== null),
  };
}
