import type { KeyName, NodeAddress } from '#core/brand.ts';
import type { NodeAnnounce } from '#core/wire/node-announce.ts';

/** This node as others may know it: a relay, a kiosk or a practice. A patient's device is none. */
export interface Station extends Omit<NodeAnnounce, 'kind' | 'issued'> {
  readonly key: KeyName;
  readonly address: NodeAddress;
}

/** What makes a new announcement necessary before its time. */
export const isSameStation = (a: Station, b: Station): boolean =>
  a.address === b.address &&
  a.capabilities === b.capabilities &&
  a.region === b.region &&
  a.level === b.level &&
  a.role === b.role &&
  a.priority === b.priority;
