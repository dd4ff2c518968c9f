import { MAX_BULK_BUFFERED } from '#ports/transport.ts';
import { type Channel, waitingOn } from '#sim/channel.ts';
import type { World } from '#sim/world.ts';

/**
 * What a link's sender keeps of the bulk lane until the line has nothing better to do, as the product's links have it
 * (src/adapters/framing/bulk-lane.ts): no more enters the line than leaves it in BLOCK_MS.
 */
export interface BulkQueue {
  /** False when too much waits: the frame is dropped. */
  add(frame: Uint8Array): boolean;
  clear(): void;
}

const BLOCK_MS = 20;
const WAITING = 'bytes of bulk that wait on a link';

export const createBulkQueue = (world: World, channel: Channel, carry: (frame: Uint8Array) => boolean): BulkQueue => {
  const { model } = channel;
  let frames: Uint8Array[] = [];
  /** Those before it have entered the line. */
  let next = 0;
  let bytes = 0;
  let isDraining = false;
  const room = model.bandwidth * BLOCK_MS;

  const drain = (): undefined => {
    isDraining = false;
    for (let frame = frames[next]; frame !== undefined; frame = frames[++next]) {
      if (waitingOn(channel, world.now()) >= room) break;
      bytes -= frame.length;
      carry(frame);
    }
    if (next > frames.length / 2) {
      frames = frames.slice(next);
      next = 0;
    }
    if (bytes === 0) return undefined;
    isDraining = true;
    world.after(Math.max(1, (waitingOn(channel, world.now()) - room) / (model.bandwidth * model.duty)), drain);
    return undefined;
  };
  return {
    add: (frame) => {
      if (bytes + waitingOn(channel, world.now()) + frame.length > MAX_BULK_BUFFERED) return false;
      frames.push(frame);
      bytes += frame.length;
      world.peaks.look(WAITING, bytes, MAX_BULK_BUFFERED);
      if (!isDraining) drain();
      return true;
    },
    clear: () => {
      frames = [];
      next = 0;
      bytes = 0;
    },
  };
};
