import type { Client, DirectoryPwreset, FlowInput, LoggedIn, Service } from '@pwreset/core';
import type { Exchange } from './dialect.js';
import type { SessionToken } from './sso-wire.js';

/** What a login answers with besides the user. */
export interface SsoSession {
  readonly access: SessionToken;
  readonly refresh: SessionToken;
}

export interface SsoOptions {
  /** Comes before every path: empty by default, or a path such as `/sso`. */
  readonly prefix?: string | undefined;
  /**
   * Whether the requests' address is the end user's, which a service forwards and a declared proxy passes on. Then it is
   * counted beside the service; otherwise the service alone is, since all of its users come from its own address.
   */
  readonly clientForwarded?: boolean | undefined;
  /** Begins a session after a login; without it the answer has no `access` and no `refresh`. */
  readonly beginSession?: (
    login: LoggedIn,
    by: { readonly service: Service; readonly client: Client },
  ) => Promise<SsoSession>;
}

/** An exchange with a service. */
export type SsoExchange<Input> = Exchange<DirectoryPwreset, Service, Input>;

/** What every flow is told of who calls. */
export const callerOf = (
  { caller, client }: Pick<SsoExchange<unknown>, 'caller' | 'client'>,
  { clientForwarded = false }: SsoOptions,
): FlowInput => ({
  service: caller.id,
  client,
  limitBy: clientForwarded ? 'service_and_client' : 'service',
});
