import type { PeerEntry } from '#engine/peers/peer-entry.ts';

/**
 * Who runs a peer, as far as one can tell from outside: two names under one registered domain, or two machines of one
 * network, count as one operator. It errs towards one: what shares a host is not two.
 */

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** `relay.praxis-netz.de` → `praxis-netz.de`, `a.b.co.uk` → `b.co.uk`, `192.0.2.7` → `192.0.2`; a bracketed address: its /48. */
const registrablePart = (host: string): string => {
  if (host.startsWith('[')) return host.split(':').slice(0, 3).join(':');
  if (IPV4.test(host)) return host.slice(0, host.lastIndexOf('.'));
  const labels = host.split('.');
  const [top = '', second = ''] = labels.slice(-2).reverse();
  // Two letters under a short label is a registry's own split (co.uk, com.au, gv.at). A domain that short is cut too long.
  const isSplit = top.length === 2 && second.length <= 3;
  return labels.slice(isSplit ? -3 : -2).join('.');
};

const hostOf = (origin: string): string =>
  origin
    .replace(/^https?:\/\//, '')
    .replace(/:\d+$/, '')
    .replace(/\.$/, '')
    .toLowerCase();

/**
 * The network that a link's `remote` belongs to: the /24 of an IPv4 address, the /48 of the /64 that an IPv6 address counts
 * under; anything else is its own.
 */
export const subnetOf = (remote: string): string => {
  if (IPV4.test(remote)) return remote.slice(0, remote.lastIndexOf('.'));
  return remote.endsWith('::/64') ? remote.split(':').slice(0, 3).join(':') : remote;
};

/** Undefined when nothing is known of where it runs. */
export const operatorOf = ({ origin, subnet }: Pick<PeerEntry, 'origin' | 'subnet'>): string | undefined =>
  origin === undefined ? subnet : registrablePart(hostOf(origin));
