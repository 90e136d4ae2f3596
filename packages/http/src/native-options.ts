import type { Realm, ServiceId, UserId } from '@pwreset/core';
import type { HttpRequest } from './message.js';
import type { ServiceOf } from './service-key.js';

export interface NativeOptions {
  /** Comes before every path but the well-known one: empty by default, or a path such as `/auth`. */
  readonly prefix?: string | undefined;
  /** In whose name calls without a key are served; the configured service by default. Without either a key is required. */
  readonly service?: ServiceId | undefined;
  /** The tenant in which addresses are looked up; the default one by default. */
  readonly realm?: Realm | undefined;
  /** Which service has a key; the Directory's knowledge by default. Without either nobody has a key. */
  readonly serviceOf?: ServiceOf | undefined;
  /** Whether a service that calls with its key forwards its client's address; then that is counted beside the service. */
  readonly clientForwarded?: boolean | undefined;
  /**
   * The user who is signed in, by whatever the application knows that; `null` where nobody is. Then `/password-changes` needs no
   * `email`, and takes JSON only: a form could be sent from another site with the user's cookie (ASVS 5.0, V3.5.2).
   */
  readonly currentUser?: (request: HttpRequest) => Promise<UserId | null>;
  /** Where `/.well-known/change-password` leads: an https URL, or http on a loopback host. There is no such row without it. */
  readonly changePasswordUrl?: string | undefined;
  /** What comes before the names of problem types: the absolute URL of a page that describes them. */
  readonly problemBase?: string | undefined;
}
