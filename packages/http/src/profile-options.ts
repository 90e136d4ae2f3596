import type { PublicUser, Realm } from '@pwreset/core';
import type { ServiceOf } from './service-key.js';

/** What the application knows of a user beyond what core does. */
export interface ProfileDescription {
  /** The address by default. */
  readonly username?: string | undefined;
  /** Whether the user has shown to have the address; `false` by default, since core does not know. */
  readonly verified?: boolean | undefined;
  /** The realm by default, and `default` for the default realm. */
  readonly tenant?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** Anything that JSON can say. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

export interface ProfileOptions {
  /** Comes before every path: empty by default, or a path such as `/crafter-profile`. */
  readonly prefix?: string | undefined;
  /** The tenant whose profiles are served, and no others; the default one by default. */
  readonly realm?: Realm | undefined;
  /** Which service has a key; the Directory's knowledge by default. */
  readonly serviceOf?: ServiceOf | undefined;
  /**
   * Whether the requests' address is the end user's, which a service forwards and a declared proxy passes on. Then it is
   * counted beside the service; otherwise the service alone is, since all of its users come from its own address.
   */
  readonly clientForwarded?: boolean | undefined;
  /** What it throws is a fault, also after a password was changed. */
  readonly describe?: (user: PublicUser) => Promise<ProfileDescription>;
}
