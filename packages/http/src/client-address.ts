import { type IpAddress, parseAddress, proxyTrust } from './client-address-trust.js';
import type { HttpHeaders } from './message.js';

export interface ClientAddressInput {
  /** The address of the peer, as the socket knows it; `null` where there is none. */
  readonly remote: string | null;
  /** Node's headers, or those of a `Request`. */
  readonly headers: HttpHeaders | Pick<Headers, 'get'>;
  /**
   * The proxies in front of this server, each an address, a network such as `10.0.0.0/8`, or one of `loopback`, `linklocal`
   * and `uniquelocal`. Nobody is trusted who is not in this list.
   */
  readonly trusted: readonly string[];
  /** The header to which each proxy appends whom it heard; `x-forwarded-for` by default. */
  readonly header?: string | undefined;
}

/** Finds the client's address from the peer's and the text of the header. */
export type AddressFinder = (input: Pick<ClientAddressInput, 'remote' | 'headers'>) => string | null;

const isHeaders = (headers: ClientAddressInput['headers']): headers is Pick<Headers, 'get'> =>
  typeof headers.get === 'function';

function headerText(headers: ClientAddressInput['headers'], name: string): string {
  const value = isHeaders(headers) ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : (value ?? []).join(',');
}

/** An entry of the header, which may have a port, and IPv6 brackets (RFC 7239, section 6). */
function parseHop(entry: string): IpAddress | null {
  const text = entry.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return bracketed.includes(':') ? parseAddress(bracketed) : null;
  return parseAddress(/^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text);
}

const plainIpv4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;

/** As {@link clientAddress}, with the list read once. @throws TypeError */
export function addressFinder(trusted: readonly string[], header = 'x-forwarded-for'): AddressFinder {
  const trusts = proxyTrust(trusted);
  const name = header.toLowerCase();
  if (name === 'forwarded')
    throw new TypeError('the header must be a list of addresses; Forwarded (RFC 7239) is not read');
  return ({ remote, headers }) => {
    // Without proxies the peer is the client, and an IPv4 address has no other spelling to be brought into one.
    if (trusted.length === 0 && remote !== null && plainIpv4.test(remote)) return remote;
    // A zone only says by which of our own interfaces the peer came (RFC 4007, section 11).
    const peer = parseHop((remote ?? '').replace(/%.*$/, ''));
    if (peer === null) return remote;
    let client = peer;
    for (const entry of headerText(headers, name).split(',').reverse()) {
      const hop = trusts(client) ? parseHop(entry) : null;
      if (hop === null) break;
      client = hop;
    }
    return client.toString();
  };
}

/**
 * The address of the client behind one's own proxies. From the peer on it goes through `X-Forwarded-For` from the right, as
 * long as the last address is a trusted proxy's; what stands further left anyone may have written. Something that is no
 * address ends the way. Without trusted proxies it is the peer's address, whatever the headers say.
 *
 * For frameworks that have no such setting; Express has `trust proxy`.
 *
 * @throws TypeError for an entry of `trusted` that is no address or network, or one of everybody, such as `0.0.0.0/0`, and for
 * the header `Forwarded`
 * @example
 * ```ts
 * import { clientAddress } from '@pwreset/http';
 *
 * const headers = { 'x-forwarded-for': '192.0.2.66, 203.0.113.7, 10.0.0.2' };
 * console.log(clientAddress({ remote: '10.0.0.1', headers, trusted: ['10.0.0.0/8'] })); // 203.0.113.7
 * console.log(clientAddress({ remote: '10.0.0.1', headers, trusted: [] })); // 10.0.0.1
 * ```
 */
export function clientAddress({ trusted, header, ...input }: ClientAddressInput): string | null {
  return addressFinder(trusted, header)(input);
}
