import type { Storage } from '@pwreset/core';

/** Waits for the calls that are under way, and tells whether there were any. */
export type Settle = () => Promise<boolean>;

/**
 * A storage that knows which of its calls are under way. To a database behind a network a call takes time that the suite's
 * clock knows nothing of.
 */
export function tracked<S extends Storage>(storage: S): { readonly storage: S; readonly settle: Settle } {
  const underWay = new Set<Promise<unknown>>();
  const follow = (result: unknown): unknown => {
    if (result instanceof Promise) {
      underWay.add(result);
      const ended = (): void => {
        underWay.delete(result);
      };
      result.then(ended, ended);
    }
    return result;
  };
  return {
    storage: new Proxy(storage, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]) => follow(Reflect.apply(member, target, args));
      },
    }),
    async settle() {
      const waited = underWay.size > 0;
      await Promise.allSettled(underWay);
      return waited;
    },
  };
}
