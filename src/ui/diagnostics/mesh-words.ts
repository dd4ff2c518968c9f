import { CAPABILITY } from '#core/domain/values.ts';
import type { MeshNodeView, MeshOverview, MeshPath, MeshStanding } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';

/** The mesh in words: what a node is, what it does, and how a question for the way ended. */
const LEVELS: Record<MeshNodeView['level'], () => string> = {
  LEAF: m.mesh_level_leaf,
  KIOSK: m.mesh_level_kiosk,
  RELAY: m.mesh_level_relay,
  ROOT: m.mesh_level_root,
};

/** A leaf with a practice's capability is a practice; another one is a program. */
export const levelWords = ({ level, capabilities }: Pick<MeshNodeView, 'level' | 'capabilities'>): string =>
  level === 'LEAF' && (capabilities & CAPABILITY.THERAPIST) !== 0 ? m.mesh_level_practice() : LEVELS[level]();

const ROLES: Record<MeshStanding['role'], () => string> = {
  MEMBER: m.mesh_role_member,
  LEADER: m.mesh_role_leader,
  STANDALONE: m.mesh_role_standalone,
  ELECTED: m.mesh_role_elected,
};

/** `Praxis · folgt anderen`; a leaf that tells nobody what it is is a device. Whoever is linked to nobody follows nobody. */
export const standingWords = (
  { self, standing }: Pick<MeshOverview, 'self' | 'standing'>,
  isLinked: boolean,
): string => {
  const { level, role } = standing;
  const isDevice = self === undefined && level === 'LEAF';
  const words = isDevice ? m.mesh_level_device() : levelWords({ level, capabilities: self?.capabilities ?? 0 });
  return isLinked || role !== 'MEMBER' ? `${words} · ${ROLES[role]()}` : words;
};

/** Three things that are easily taken for each other. */
export const netWords = ({ isIsland }: MeshStanding, isLinked: boolean): string => {
  if (!isLinked) return m.mesh_net_none();
  return isIsland ? m.mesh_net_island() : m.mesh_net_whole();
};

const DOES = [
  [CAPABILITY.ROUTER, m.mesh_does_router],
  [CAPABILITY.STORE, m.mesh_does_store],
  [CAPABILITY.GATEWAY, m.mesh_does_gateway],
  [CAPABILITY.CONSTRAINED, m.mesh_does_constrained],
] as const;

/** `leitet weiter, verwahrt`; empty for a node that does nothing for others. */
export const doesWords = ({ capabilities }: Pick<MeshNodeView, 'capabilities'>): string =>
  DOES.filter(([bit]) => (capabilities & bit) !== 0)
    .map(([, words]) => words())
    .join(', ');

/** As postal codes begin in that region. */
export const regionPrefix = (region: number): string => `${region}`.padStart(2, '0');

export const regionWords = ({ region }: Pick<MeshNodeView, 'region'>): string | undefined =>
  region === undefined ? undefined : m.mesh_region({ region: regionPrefix(region) });

export const waysWords = ({ hops, ways }: Pick<MeshNodeView, 'hops' | 'ways'>): string =>
  hops === undefined ? m.mesh_no_way() : [m.mesh_hops({ count: hops }), m.mesh_ways({ count: ways })].join(', ');

/** What is said below a path. */
export const endWords = ({ end, announcedHops }: MeshPath): string => {
  switch (end) {
    case 'reached':
      return m.mesh_end_reached();
    case 'here':
      return m.mesh_end_here();
    case 'no-way':
      return m.mesh_end_no_way();
    case 'lost':
      return m.mesh_end_lost();
    case 'no-answer':
      return announcedHops === undefined
        ? m.mesh_end_no_answer()
        : m.mesh_end_no_answer_known({ hops: m.mesh_hops({ count: announcedHops }) });
  }
};

/** Thirty-two hex digits in groups of four, to be read and compared. */
export const groupedAddress = (address: string): string => address.replace(/(.{4})(?=.)/g, '$1 ');

/** What is enough to tell the few relays of one device apart. */
export const shortAddress = (address: string): string => `${groupedAddress(address.slice(0, 8))} …`;

/** The 32 hex digits that somebody typed or pasted, with or without gaps; undefined where it is none. */
export const typedAddress = (text: string): string | undefined => {
  const digits = text.replace(/\s/g, '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? digits : undefined;
};

/** Whether what was typed is in a node's name, address or what it is called. */
export const fits = (node: MeshNodeView, typed: string): boolean => {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return true;
  const digits = wanted.replace(/\s/g, '');
  return (
    node.address.includes(digits) ||
    `${node.name ?? ''} ${levelWords(node)} ${regionWords(node) ?? ''}`.toLowerCase().includes(wanted)
  );
};
