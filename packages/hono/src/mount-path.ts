/** A request's path relative to the mount, and whether that is the root. */
export interface MountedPath {
  readonly path: string;
  readonly atRoot: boolean;
}

/** A segment of a route that stands for exactly one of a path. */
const oneSegment = /^(?::\w+|[^:*?{}]+)$/;

/**
 * A route that ends in `/*` is a mount, and what stands before that is not the handler's; any other route names whole paths.
 * Segments are counted and not compared, because Hono has matched them, decoded.
 *
 * @throws TypeError for a mount whose parameters may be left out, or stand for several segments
 */
export function mountedPath(route: string, path: string): MountedPath {
  const mount = route.endsWith('/*') ? route.split('/').slice(1, -1) : [];
  if (!mount.every((segment) => oneSegment.test(segment))) {
    throw new TypeError(
      `cannot tell which part of a path is the mount in ${route}; name its segments, or use :name for one`,
    );
  }
  return {
    path: `/${path
      .split('/')
      .slice(1 + mount.length)
      .join('/')}`,
    atRoot: mount.length === 0,
  };
}
