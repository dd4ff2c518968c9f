/**
 * The firmware's queue of packets to send: a ring of bytes, and a list of where packets start and how long they are. Counts
 * wrap where the firmware's integers do. A packet of no bytes is taken for one that fills the whole ring, as there:
 * flushing drops it, popping it makes the count of bytes wrap, and then nothing is taken in any more.
 */
export interface PacketQueue {
  push(byte: number): void;
  /** Ends a packet; false when there is no room for it. */
  close(): boolean;
  /** Everything that may be sent; the queue is empty afterwards. */
  flush(): readonly Uint8Array[];
  /** The first one; undefined when it is of no length that can be sent. */
  pop(): Uint8Array | undefined;
  readonly isFull: boolean;
  readonly height: number;
}

const RING_BYTES = 6_144;
const MAX_PACKETS = 200;
/** The longest packet that is sent, in two radio frames. */
export const MAX_PACKET_BYTES = 508;

export const createPacketQueue = (): PacketQueue => {
  const ring = new Uint8Array(RING_BYTES);
  const packets: { readonly start: number; readonly length: number }[] = [];
  let cursor = 0;
  let currentStart = 0;
  let height = 0;
  let bytes = 0;

  const isFull = (): boolean => height >= MAX_PACKETS || bytes >= RING_BYTES;
  const read = ({ start, length }: { readonly start: number; readonly length: number }): Uint8Array =>
    Uint8Array.from({ length }, (_, at) => ring[(start + at) % RING_BYTES] ?? 0);

  return {
    push: (byte) => {
      if (isFull()) return;
      bytes++;
      ring[cursor] = byte;
      cursor = (cursor + 1) % RING_BYTES;
    },
    close: () => {
      if (packets.length >= MAX_PACKETS || bytes >= RING_BYTES) return false;
      const length = cursor === currentStart ? RING_BYTES : (cursor - currentStart + RING_BYTES) % RING_BYTES;
      height++;
      packets.push({ start: currentStart, length });
      currentStart = cursor;
      return true;
    },
    flush: () => {
      const sendable = packets.filter(({ length }) => length <= MAX_PACKET_BYTES).map(read);
      packets.length = 0;
      height = 0;
      bytes = 0;
      return sendable;
    },
    pop: () => {
      const first = packets.shift();
      if (first === undefined) return undefined;
      height = (height - 1) & 0xff;
      bytes = (bytes - first.length) & 0xffff;
      return first.length <= MAX_PACKET_BYTES ? read(first) : undefined;
    },
    get isFull() {
      return isFull();
    },
    get height() {
      return height;
    },
  };
};
