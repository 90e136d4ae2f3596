import type { Realm, ServiceId } from '@pwreset/core';

export interface SecurityOptions {
  /** Comes before every path: empty by default, or a path such as `/api`. */
  readonly prefix?: string | undefined;
  /**
   * Where the link of its mails leads, as a template that is one of the service's `resetUrls`; for a service whose own links are
   * another dialect's. The service's `links.reset` by default.
   */
  readonly resetUrl?: string | undefined;
  /** In whose name every call is served; the configured service by default. */
  readonly service?: ServiceId | undefined;
  /** The tenant in which addresses are looked up; the default one by default. */
  readonly realm?: Realm | undefined;
}
