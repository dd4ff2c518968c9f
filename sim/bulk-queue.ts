import { MAX_BULK_BUFFERED } from '#ports/transport.ts';
import type { Channel, ChannelModel } from '#sim/channel.ts';
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

export const createBulkQueue = (
  world: World,
  { model, channel }: { readonly model: ChannelModel; readonly channel: Channel },
  carry: (frame: Uint8Array) => boolean,
): BulkQueue => {
  let frames: Uint8Array[] = [];
  /** Those before it have entered the line. */
  let next = 0;
  let bytes = 0;
  let isDraining = false;
  const room = model.bandwidth * BLOCK_MS;

  const drain = (): undefined => {
    isDraining = false;
    for (let frame = frames[next]; frame !== undefined; frame = frames[++next]) {
      if (channel.waiting(world.now()) >= room) break;
      bytes -= frame.length;
      carry(frame);
    }
    if (next > frames.length / 2) {
      frames = frames.slice(next);
      next = 0;
    }
    if (bytes === 0) return undefined;
    isDraining = true;
    world.after(Math.max(1, (channel.waiting(world.now()) - room) / (model.bandwidth * model.duty)), drain);
    return undefined;
  };
  return {
    add: (frame) => {
      if (bytes + channel.waiting(world.now()) + frame.length > MAX_BULK_BUFFERED) return false;
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
