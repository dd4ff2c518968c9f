/**
 * The first byte of everything: version in the two high bits, kind in the low six (docs/protocol/kinds.md). Version 0 is
 * the only one; an unknown kind or version is counted and dropped.
 */
export const KIND = {
  // signed records, synced as sets
  announce: 1,
  withdraw: 2,
  identity: 3,
  credential: 4,
  revocations: 5,
  // private traffic
  bundle: 8,
  removal: 9,
  // queries over constrained links
  query: 12,
  response: 13,
  // signed envelopes
  broadcast: 16,
  unicast: 17,
  custody: 18,
  // payloads of envelopes
  node: 19,
  message: 20,
  delivered: 21,
  assignment: 22,
  // routed by the path table, not signed
  probe: 24,
  traced: 25,
  routed: 26,
  // asked of a neighbour that routes, never forwarded
  capabilityQuery: 27,
  capabilityAnswer: 28,
  // link control, never forwarded
  hello: 32,
  beacon: 33,
  bins: 34,
  ids: 35,
  want: 36,
  listen: 37,
  ping: 38,
  pong: 39,
  refused: 40,
  estimate: 41,
  symbols: 42,
  more: 43,
  pick: 44,
  ack: 45,
  summary: 46,
  // inside a session, never on a link in clear
  reserve: 48,
  receipt: 49,
  confirm: 50,
  reject: 51,
  cancel: 52,
  callOff: 53,
  // inside a link that one person gives another, never on a link between nodes
  sharedSlot: 56,
  // inside a bundle that a pick-up code opens, never on a link in clear
  ticket: 57,
  // inside a QR code that one device shows another, never on a link
  handOver: 58,
} as const satisfies Record<string, number>;

export type KindName = keyof typeof KIND;

const BY_NUMBER = new Map<number, KindName>(
  (Object.entries(KIND) as [KindName, number][]).map(([name, number]) => [number, name]),
);

/** The kind that a first byte names, or undefined for another version or an unknown kind. */
export const kindOf = (firstByte: number | undefined): KindName | undefined =>
  firstByte === undefined || firstByte >> 6 !== 0 ? undefined : BY_NUMBER.get(firstByte);
