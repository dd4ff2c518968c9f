import type { Dice } from '#sim/dice.ts';

/**
 * One direction of a link as a pure function of its dice: when does a frame that is handed over now arrive? A stream (QUIC, TCP)
 * loses nothing and keeps the order: what a packet loses costs a retransmission, and everything behind it waits. A datagram
 * link loses, doubles and swaps. Times are milliseconds, sizes bytes.
 */
export interface ChannelModel {
  readonly kind: 'stream' | 'datagram';
  readonly latency: number;
  /** Added uniformly, up to this. */
  readonly jitter: number;
  /** Bytes per millisecond; infinity where size does not matter. */
  readonly bandwidth: number;
  /** Share of packets that are lost. */
  readonly loss: number;
  /** Losses come in bursts of about so many packets (Gilbert's model); 1 for losses that know nothing of each other. */
  readonly burst: number;
  /** Datagrams only: share that arrives twice, and share that overtakes. */
  readonly duplicate: number;
  readonly reorder: number;
  /** Share of time that may be used to send, as a radio's law has it; 1 for wires. */
  readonly duty: number;
}

export const WIRE: ChannelModel = {
  kind: 'stream',
  latency: 20,
  jitter: 0,
  bandwidth: Number.POSITIVE_INFINITY,
  loss: 0,
  burst: 1,
  duplicate: 0,
  reorder: 0,
  duty: 1,
};

export interface Channel {
  /** The times at which copies of a frame arrive that is handed over at `now`; none when it is lost. */
  carry(now: number, bytes: number): readonly number[];
  /** Bytes that were handed over and have not left yet. */
  waiting(now: number): number;
}

/** One packet on the internet; a frame that is larger is several. */
const PACKET_BYTES = 1_200;
/** A stream gives a packet up and asks again after one and a half round trips, and ten milliseconds (RFC 9002, 6.2). */
const retransmitAfter = (model: ChannelModel): number => 3 * (model.latency + model.jitter) + 10;
const MAX_RETRANSMISSIONS = 12;

/** Gilbert's two states: in the bad one everything is lost. Keeps the average loss and the average length of a burst. */
const createLosses = (model: ChannelModel, dice: Dice): (() => boolean) => {
  if (model.loss <= 0) return () => false;
  const leave = 1 / Math.max(model.burst, 1);
  const enter = Math.min(1, (model.loss * leave) / Math.max(1 - model.loss, 1e-9));
  let isBad = dice.chance(model.loss);
  return () => {
    isBad = model.burst <= 1 ? dice.chance(model.loss) : dice.chance(isBad ? 1 - leave : enter);
    return isBad;
  };
};

export const createChannel = (model: ChannelModel, dice: Dice): Channel => {
  const isLost = createLosses(model, dice);
  let freeAt = 0;
  let lastArrival = 0;
  /** When the last byte so far left, and how many more fit into its packet. */
  let lastLeft = Number.NEGATIVE_INFINITY;
  let roomInPacket = 0;

  /** When the last byte has left. A duty cycle makes a sender silent after each frame for as long as it takes to earn it. */
  const depart = (now: number, bytes: number): number => {
    const begin = Math.max(now, freeAt);
    const airtime = bytes / model.bandwidth;
    freeAt = begin + airtime / model.duty;
    return begin + airtime;
  };
  const trip = (): number => model.latency + (model.jitter > 0 ? dice.fraction() * model.jitter : 0);

  /** Frames that leave one right after the other share packets, as what is written to a stream does. */
  const stream = (begun: number, departed: number, bytes: number): number[] => {
    if (begun > lastLeft) roomInPacket = 0;
    lastLeft = departed;
    let delay = trip();
    for (roomInPacket -= bytes; roomInPacket < 0; roomInPacket += PACKET_BYTES) {
      for (let tries = 0; tries < MAX_RETRANSMISSIONS && isLost(); tries++) delay += retransmitAfter(model);
    }
    lastArrival = Math.max(lastArrival, departed + delay);
    return [lastArrival];
  };
  const datagram = (departed: number): number[] => {
    if (isLost()) return [];
    const late = dice.chance(model.reorder) ? 2 * (model.latency + model.jitter) : 0;
    const arrivals = [departed + trip() + late];
    if (dice.chance(model.duplicate)) arrivals.push(departed + trip() + late);
    return arrivals;
  };
  return {
    carry: (now, bytes) => {
      const begun = Math.max(now, freeAt);
      const departed = depart(now, bytes);
      return model.kind === 'stream' ? stream(begun, departed, bytes) : datagram(departed);
    },
    waiting: (now) => (freeAt > now ? (freeAt - now) * model.duty * model.bandwidth : 0),
  };
};
