import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** Named as in Express' `trust proxy`. */
const namedNetworks: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

/** An address in its usual notation, IPv4 mapped into IPv6 as IPv4; `null` for anything else, octal and zones included. */
export function parseAddress(text: string): IpAddress | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return !text.includes('%') && ipaddr.IPv6.isValid(text) ? ipaddr.process(text) : null;
}

type Network = readonly [IpAddress, number];

function parseNetwork(text: string): Network | null {
  const [address = '', bits, ...rest] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === null || rest.length > 0) return null;
  const longest = parsed.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return [parsed, longest];
  if (!/^\d{1,3}$/.test(bits)) return null;
  const length = Number(bits) - (address.includes(':') && longest === 32 ? 96 : 0);
  return length > 0 && length <= longest ? [parsed, length] : null;
}

function requireNetwork(text: string): Network {
  const network = parseNetwork(text);
  if (network !== null) return network;
  throw new TypeError(
    `a trusted proxy is an address, a network such as 10.0.0.0/8 that is not everybody, or one of ${[...namedNetworks.keys()].join(', ')}; not ${JSON.stringify(text)}`,
  );
}

/** Whether an address is one of these proxies. @throws TypeError for an entry that is none, and for a network of everybody */
export function proxyTrust(proxies: readonly string[]): (address: IpAddress) => boolean {
  const networks = proxies.flatMap((entry) => namedNetworks.get(entry) ?? [entry]).map(requireNetwork);
  return (address) =>
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}
