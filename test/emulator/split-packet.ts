import type { Dice } from '#sim/dice.ts';
import { MAX_PACKET_BYTES } from '#test/emulator/packet-queue.ts';

/**
 * Packets and radio frames. Each radio frame begins with one byte: four random bits that name the packet, and in bit 0 whether
 * it is split. Nothing says which part a frame is, so a lost part joins the wrong packets as often as four bits agree.
 */
const MAX_FRAME_BYTES = 255;
const IS_SPLIT = 0x01;

/** A packet that fills its second frame to the brim is followed by a third one without content. */
export const toRadioFrames = (packet: Uint8Array, dice: Dice): readonly Uint8Array[] => {
  const name = dice.integer(256) & 0xf0;
  if (packet.length < MAX_FRAME_BYTES) return [Uint8Array.of(name, ...packet)];
  const header = name | IS_SPLIT;
  const room = MAX_FRAME_BYTES - 1;
  const frames: Uint8Array[] = [];
  for (let at = 0; at <= packet.length; at += room) frames.push(Uint8Array.of(header, ...packet.slice(at, at + room)));
  return frames;
};

export interface Joiner {
  /** The packet that this frame completes. */
  take(frame: Uint8Array): Uint8Array | undefined;
}

export const createJoiner = (): Joiner => {
  /** The first part, and the name of its packet. */
  let first: { readonly name: number; readonly bytes: Uint8Array } | undefined;
  return {
    take: (frame) => {
      const [header = 0] = frame;
      const bytes = frame.slice(1);
      const name = header >> 4;
      const before = first;
      first = undefined;
      if ((header & IS_SPLIT) === 0) return bytes;
      if (before?.name === name) return Uint8Array.of(...before.bytes, ...bytes).slice(0, MAX_PACKET_BYTES);
      first = { name, bytes };
      return undefined;
    },
  };
};
