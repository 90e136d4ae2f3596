/** The groups of an IPv6 address, or `null`. */
function groupsOf(ip: string): readonly string[] | null {
  const bare = ip.split('%', 1)[0] ?? '';
  if (!URL.canParse(`http://[${bare}]`)) return null;
  // The URL parser writes the address in its canonical form (WHATWG URL, section 3.5; RFC 5952).
  const text = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = text.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

function mappedIpv4(groups: readonly string[]): string | null {
  if (groups.slice(0, 5).some((group) => group !== '0') || groups[5] !== 'ffff') return null;
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .map((value) => `${value >> 8}.${value & 255}`)
    .join('.');
}

/** Some proxies forward the port too; it must not make every connection a client of its own. */
const withoutPort = (address: string): string =>
  /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/.exec(address)?.[1] ?? /^\[([^\]]*)\](?::\d+)?$/.exec(address)?.[1] ?? address;

/**
 * What limits count for a client's address: an IPv4 address as it is, an IPv6 address by its /64, which is what one
 * subscriber is handed (RFC 6177), and its /48 as the wider one; IPv4 mapped into IPv6 is IPv4.
 */
export function networksOf(address: string): { readonly narrow: string; readonly wide: string | null } {
  const ip = withoutPort(address);
  const groups = ip.includes(':') ? groupsOf(ip) : null;
  if (groups === null) return { narrow: ip, wide: null };
  const ipv4 = mappedIpv4(groups);
  if (ipv4 !== null) return { narrow: ipv4, wide: null };
  return { narrow: `${groups.slice(0, 4).join(':')}::/64`, wide: `${groups.slice(0, 3).join(':')}::/48` };
}
