import type { Realm, ServiceId, UserId } from '@pwreset/core';
import type { HttpRequest } from './message.js';

export interface IamOptions {
  /** Comes before every path: empty by default, or a path such as `/iam`. */
  readonly prefix?: string | undefined;
  /** The service of a request whose X-App-Name is empty or left out; the configured one by default. */
  readonly service?: ServiceId | undefined;
  /** Which service each X-App-Name stands for; no other name is known then. Without it a name is the id of a service. */
  readonly apps?: Readonly<Record<string, ServiceId>> | undefined;
  /** The tenant in which addresses are looked up; the default one by default. */
  readonly realm?: Realm | undefined;
  /**
   * The user who is signed in, by the bearer token or cookie of the request, as the application knows it; `null` where nobody
   * is. There is no row for changing one's own password without it.
   */
  readonly currentUser?: (request: HttpRequest) => Promise<UserId | null>;
}
