import type { NodeAddress } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { MAX_CAPABLE } from '#core/wire/capability-query.ts';
import { KIND } from '#core/wire/kinds.ts';

/** The nodes that a neighbour knows to answer to a capability query, the surest first (docs/protocol/capability.md). */
export interface CapabilityAnswer {
  readonly kind: 'capabilityAnswer';
  /** The query's. */
  readonly id: number;
  /** At most MAX_CAPABLE; by falling confidence, and by address among equals. */
  readonly nodes: readonly CapableNode[];
}

export interface CapableNode {
  readonly address: NodeAddress;
  /** 0 unsure to 255 as sure as can be: how fresh, how near, and how much of what was optional. */
  readonly confidence: number;
}

const NODE_BYTES = 17;

/** The order in which nodes stand in an answer; negative when `a` comes first. */
export const bySureness = (a: CapableNode, b: CapableNode): number =>
  b.confidence - a.confidence || (a.address < b.address ? -1 : Number(a.address > b.address));

export const encodeCapabilityAnswer = ({ id, nodes }: CapabilityAnswer): Uint8Array => {
  const writer = createWriter().u8(KIND.capabilityAnswer).u32(id);
  for (const { address, confidence } of nodes) writer.bytes(fromHex(address) ?? new Uint8Array(16)).u8(confidence);
  return writer.finish();
};

export const decodeCapabilityAnswer = (bytes: Uint8Array): Result<CapabilityAnswer> => {
  if (bytes[0] !== KIND.capabilityAnswer) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const id = reader.u32();
  const count = reader.left / NODE_BYTES;
  if (reader.broken || !Number.isInteger(count) || count > MAX_CAPABLE) return refuse('malformed');
  const nodes = Array.from({ length: count }, (): CapableNode => {
    const address = toHex(reader.bytes(16)) as NodeAddress;
    return { address, confidence: reader.u8() };
  });
  const isOrdered = nodes.every((node, index) => {
    const before = nodes[index - 1];
    return before === undefined || bySureness(before, node) < 0;
  });
  const isDistinct = new Set(nodes.map(({ address }) => address)).size === nodes.length;
  return isOrdered && isDistinct ? ok({ kind: 'capabilityAnswer', id, nodes }) : refuse('malformed');
};
