import { REFUSALS, type RefusalCode, refusalFromByte } from '#core/refusal.ts';

/**
 * A counter's name, taken apart: the common ones have words, any other is shown as it is, for whoever knows the program.
 * The names are made where something is counted (core and host); a labelled one is `name label`.
 */
export type CounterName =
  | { readonly kind: 'plain'; readonly name: PlainCounter }
  | { readonly kind: 'frames' | 'duplicate'; readonly of: CountedKind }
  | { readonly kind: 'refused' | 'refused-by-peer'; readonly code: RefusalCode }
  | { readonly kind: 'other' };

export const PLAIN_COUNTERS = [
  'bytes received',
  'bytes sent',
  'frames dropped backpressure',
  'unreadable',
  'unreadable snapshot',
  'clock jumped',
  'retired',
  'parent first',
  'parent better',
  'parent lost',
  'links silent',
  'bridging yes',
  'bridging no',
] as const;
export type PlainCounter = (typeof PLAIN_COUNTERS)[number];

/** Kinds of message that a leaf hears in numbers; the rarer ones keep the program's names. */
export const COUNTED_KINDS = [
  'announce',
  'withdraw',
  'identity',
  'revocations',
  'bundle',
  'removal',
  'custody',
  'hello',
  'beacon',
  'bins',
  'ids',
  'want',
  'refused',
  'node',
  'summary',
  'listen',
  'ping',
  'pong',
  'estimate',
  'symbols',
  'more',
  'pick',
  'broadcast',
  'unicast',
  'capabilityQuery',
  'capabilityAnswer',
] as const;
export type CountedKind = (typeof COUNTED_KINDS)[number];

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);
/** What a peer refused is counted by the byte that it sent. */
const BY_PEER = /^refused by peer (\d+)$/;

export const readCounter = (name: string): CounterName => {
  const plain = PLAIN_COUNTERS.find((one) => one === name);
  if (plain !== undefined) return { kind: 'plain', name: plain };
  const byPeer = refusalFromByte(Number(BY_PEER.exec(name)?.[1]));
  if (byPeer !== undefined) return { kind: 'refused-by-peer', code: byPeer };
  const [first = '', label = '', ...rest] = name.split(' ');
  if (rest.length > 0 || label === '') return { kind: 'other' };
  if (first === 'refused' && isRefusal(label)) return { kind: 'refused', code: label };
  const counted = COUNTED_KINDS.find((one) => one === label);
  const known = counted !== undefined && (first === 'frames' || first === 'duplicate');
  return known ? { kind: first, of: counted } : { kind: 'other' };
};
