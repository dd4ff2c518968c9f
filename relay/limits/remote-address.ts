/**
 * Which address a connection counts under. Behind a proxy that the operator names it is what the proxy says; an IPv6
 * address is cut to the /64 that one household or one server usually has to itself.
 */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** Decides whether an address is one of the operator's own proxies. */
export type IsTrusted = (address: string) => boolean;

/** `undefined` for something that is neither an address nor a range in CIDR notation. */
export const createTrustedProxies = (ranges: readonly string[]): IsTrusted | undefined => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits, ...rest] = range.split('/');
    const family = isIP(address);
    if (family === 0 || rest.length > 0) return undefined;
    const name = family === 4 ? 'ipv4' : 'ipv6';
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : most + 1;
    if (prefix > most) return undefined;
    list.addSubnet(address, prefix, name);
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
};

/** The client's own address: the nearest hop that is not a trusted proxy. `forwarded` is X-Forwarded-For, if any. */
export const clientAddress = (peer: string, forwarded: string | undefined, isTrusted: IsTrusted): string => {
  let nearest = plainAddress(peer);
  const hops = (forwarded ?? '').split(',').map((hop) => plainAddress(hop.trim()));
  while (isTrusted(nearest)) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    nearest = before;
  }
  return nearest;
};

/** What limits are counted under: an IPv4 address as it is, the first 64 bits of an IPv6 address. */
export const countedAddress = (address: string): string => {
  const plain = plainAddress(address);
  return isIPv6(plain) ? `${firstGroups(plain).join(':')}::/64` : plain;
};

export const isLoopback = (address: string): boolean => {
  const plain = plainAddress(address);
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
};

/** An IPv4 address in IPv6 clothes is an IPv4 address; a zone says which of our own interfaces it came by. */
const plainAddress = (address: string): string => {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  return bare.startsWith('::ffff:') && isIPv4(bare.slice(7)) ? bare.slice(7) : bare;
};

/** The first four groups of an IPv6 address, without leading zeros. */
const firstGroups = (address: string): string[] => {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An address that ends in dotted IPv4 has one group fewer written than it has.
  const written = before.length + after.length + (address.includes('.') ? 1 : 0);
  const groups = [...before, ...(tail === undefined ? [] : Array<string>(8 - written).fill('0')), ...after];
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
};
