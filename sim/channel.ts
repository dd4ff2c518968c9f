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

/** What one direction of a link remembers. A plain value: a mesh of ten thousand nodes has eighty thousand of them. */
export interface Channel {
  readonly model: ChannelModel;
  readonly dice: Dice;
  /** When the line is free again, and when the last frame arrives. */
  freeAt: number;
  lastArrival: number;
  /** When the last byte so far left, and how many more fit into its packet. */
  lastLeft: number;
  roomInPacket: number;
  /** Gilbert's bad state: in it everything is lost. */
  isBad: boolean;
}

/** One packet on the internet; a frame that is larger is several. */
const PACKET_BYTES = 1_200;
/** A stream gives a packet up and asks again after one and a half round trips, and ten milliseconds (RFC 9002, 6.2). */
const retransmitAfter = (model: ChannelModel): number => 3 * (model.latency + model.jitter) + 10;
const MAX_RETRANSMISSIONS = 12;

/** Gilbert's two states: keeps the average loss and the average length of a burst. */
const isLost = (channel: Channel): boolean => {
  const { model, dice } = channel;
  if (model.loss <= 0) return false;
  const leave = 1 / Math.max(model.burst, 1);
  const enter = Math.min(1, (model.loss * leave) / Math.max(1 - model.loss, 1e-9));
  channel.isBad = model.burst <= 1 ? dice.chance(model.loss) : dice.chance(channel.isBad ? 1 - leave : enter);
  return channel.isBad;
};

/** Whether anything of it is left to chance. */
const throwsDice = ({ loss, jitter, duplicate, reorder }: ChannelModel): boolean =>
  loss > 0 || jitter > 0 || duplicate > 0 || reorder > 0;

/** `name`: of the dice that are its own, so that no link changes what another one throws. */
export const createChannel = (model: ChannelModel, dice: Dice, name: string): Channel => {
  const own = throwsDice(model) ? dice.named(name) : dice;
  return {
    model,
    dice: own,
    freeAt: 0,
    lastArrival: 0,
    lastLeft: Number.NEGATIVE_INFINITY,
    roomInPacket: 0,
    isBad: own.chance(model.loss),
  };
};

/** When the last byte has left. A duty cycle makes a sender silent after each frame for as long as it takes to earn it. */
const depart = (channel: Channel, now: number, bytes: number): number => {
  const begin = Math.max(now, channel.freeAt);
  const airtime = bytes / channel.model.bandwidth;
  channel.freeAt = begin + airtime / channel.model.duty;
  return begin + airtime;
};

const trip = ({ model, dice }: Channel): number =>
  model.latency + (model.jitter > 0 ? dice.fraction() * model.jitter : 0);

/** Frames that leave one right after the other share packets, as what is written to a stream does. */
const arrivalOnStream = (channel: Channel, begun: number, departed: number, bytes: number): number => {
  if (begun > channel.lastLeft) channel.roomInPacket = 0;
  channel.lastLeft = departed;
  let delay = trip(channel);
  for (channel.roomInPacket -= bytes; channel.roomInPacket < 0; channel.roomInPacket += PACKET_BYTES) {
    for (let tries = 0; tries < MAX_RETRANSMISSIONS && isLost(channel); tries++)
      delay += retransmitAfter(channel.model);
  }
  channel.lastArrival = Math.max(channel.lastArrival, departed + delay);
  return channel.lastArrival;
};

const arrivalsOfDatagram = (channel: Channel, departed: number): number[] => {
  const { model, dice } = channel;
  if (isLost(channel)) return [];
  const late = dice.chance(model.reorder) ? 2 * (model.latency + model.jitter) : 0;
  const arrivals = [departed + trip(channel) + late];
  if (dice.chance(model.duplicate)) arrivals.push(departed + trip(channel) + late);
  return arrivals;
};

/** The times at which copies of a frame arrive that is handed over at `now`; none when it is lost. */
export const carryOver = (channel: Channel, now: number, bytes: number): readonly number[] => {
  const begun = Math.max(now, channel.freeAt);
  const departed = depart(channel, now, bytes);
  return channel.model.kind === 'stream'
    ? [arrivalOnStream(channel, begun, departed, bytes)]
    : arrivalsOfDatagram(channel, departed);
};

/** Bytes that were handed over and have not left yet. */
export const waitingOn = ({ freeAt, model }: Channel, now: number): number =>
  freeAt > now ? (freeAt - now) * model.duty * model.bandwidth : 0;
