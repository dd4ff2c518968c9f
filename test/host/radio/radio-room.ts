/** Stations with links in one room, on the simulator's ether, in virtual time: with real airtime, listening before they send. */

import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { Millis, StationId } from '#core/brand.ts';
import { createAirQueue, type WaitingFrame } from '#core/radio/air/queue.ts';
import { createAirStation } from '#core/radio/air/station.ts';
import { rnodeAirtime, rnodePreambleSymbols } from '#core/radio/airtime.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { type AirTransport, createAirTransport } from '#host/radio/air-links.ts';
import { type AirSender, openAirSender } from '#host/radio/air-sender.ts';
import type { Clock } from '#ports/clock.ts';
import type { Link, LinkHandlers } from '#ports/transport.ts';
import { createDice } from '#sim/dice.ts';
import { createEther, type EtherEvent, type Seat } from '#sim/ether/ether.ts';
import type { Tuning } from '#sim/ether/tuning.ts';
import { createContention } from '#test/emulator/contention.ts';
import { createSettings, phyOf } from '#test/emulator/phy.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

export interface RoomStation {
  readonly id: StationId;
  readonly transport: AirTransport;
  /** Frames that it sent by their kind, and the time that they took. */
  readonly spent: { fragments: number; acks: number; ms: number };
  readonly sender: Pick<AirSender, 'offer' | 'standing'>;
  /** The radio is gone, and with it whatever it was about to send. */
  leave(): void;
}

const TUNING: Tuning = {
  ...DEFAULT_CHANNEL,
  frequency: DEFAULT_CHANNEL.centreHz,
  power: DEFAULT_CHANNEL.powerDbm,
  preambleSymbols: rnodePreambleSymbols(DEFAULT_CHANNEL),
};
const PHY = phyOf({ ...createSettings(), ...TUNING });
const POLL_MS = PHY.slotMs / 2;
const RNODE_HEADER = Uint8Array.of(0x50);
const ACK_KIND = 6;

/** Frames in turn, without a ledger. */
const createPlainSender = (clock: Clock) => {
  const queue = createAirQueue(64);
  let send: ((data: Uint8Array) => void) | undefined;
  let underWay: WaitingFrame | undefined;
  const pump = (): void => {
    const frame = queue.peek(clock.now());
    for (const one of queue.fallen()) one.outcome?.('dropped');
    if (send === undefined || underWay !== undefined || frame === undefined) return;
    queue.take(frame);
    underWay = frame;
    send(frame.data);
  };
  return {
    offer: (frame: WaitingFrame) => {
      const offered = queue.offer(frame, clock.now());
      pump();
      return offered;
    },
    attach: (_channel: unknown, _airtime: unknown, given: (data: Uint8Array) => void) => {
      send = given;
    },
    wasSent: () => {
      const frame = underWay;
      underWay = undefined;
      frame?.outcome?.('sent');
      pump();
    },
    standing: () => undefined,
  };
};

export const createRadioRoom = ({ seed = 1, loss = 0 } = {}) => {
  const clock = createVirtualClock();
  const dice = createDice(seed, 'room');
  const ether = createEther({ dice, loss });
  const began = clock.now();
  const now = (): number => clock.now() - began;
  const hearers = new Map<string, (event: EtherEvent) => void>();
  let cancel = (): void => undefined;
  const arm = (): void => {
    cancel();
    if (ether.next === Number.POSITIVE_INFINITY) return;
    cancel = clock.wakeAt((began + Math.ceil(ether.next)) as Millis, () => {
      for (const event of ether.advance(now())) hearers.get(event.station)?.(event);
      arm();
    });
  };

  /** Listens, and sends when it may. */
  const createRadio = (name: string, seat: Seat) => {
    const contention = createContention(dice.named(name));
    const poll = (data: Uint8Array): void => {
      if (!hearers.has(name)) return;
      if (contention.poll(!seat.hearsCarrier(now()), PHY, now())) {
        seat.transmit(Uint8Array.of(...RNODE_HEADER, ...data), now());
        return arm();
      }
      clock.wakeAt((clock.now() + POLL_MS) as Millis, () => poll(data));
    };
    return poll;
  };

  const join = async (
    id: number,
    onOpened: (link: Link) => LinkHandlers,
    { hasLedger = false, loss: own = loss } = {},
  ): Promise<RoomStation> => {
    const name = `${id}`;
    const seat = ether.join(name);
    for (const other of hearers.keys()) {
      ether.setLoss(name, other, own);
      ether.setLoss(other, name, own);
    }
    seat.tune(TUNING, now());
    const random = dice.named(`random ${name}`);
    const station = createAirStation(() => Uint8Array.of(id >> 8, id & 0xff));
    const spent = { fragments: 0, acks: 0, ms: 0 };
    const quiet = { onChange: () => undefined, onIdle: () => undefined };
    const parts = { store: createMemoryStore(), wall: clock, steady: clock, ...quiet };
    const sender = hasLedger ? await openAirSender(parts) : createPlainSender(clock);
    const transport = createAirTransport({
      ...{ station, clock, onOpened },
      modulation: DEFAULT_CHANNEL,
      random: { bytes: (count) => random.bytes(count) },
      offer: (frame) => sender.offer(frame),
    });
    const poll = createRadio(name, seat);
    let beganAt = 0;
    hearers.set(name, (event) => {
      if (event.kind === 'sent') {
        spent.ms += event.at - beganAt;
        const isAck = (event.frame[RNODE_HEADER.length] ?? 0) % 16 === ACK_KIND;
        spent[isAck ? 'acks' : 'fragments']++;
        sender.wasSent();
      }
      if (event.kind !== 'received') return;
      const heard = station.hear(
        { data: event.frame.subarray(RNODE_HEADER.length), rssiDbm: event.rssi, snrDb: event.snr },
        clock.now(),
      );
      if (heard.ok) transport.heard(heard.value);
    });
    sender.attach(DEFAULT_CHANNEL, rnodeAirtime, (data) => poll(data));
    const transmit = seat.transmit;
    seat.transmit = (frame, at) => {
      beganAt = at;
      return transmit(frame, at);
    };
    return {
      ...{ id: station.id, transport, spent, sender },
      leave: () => {
        hearers.delete(name);
        seat.tune(undefined, now());
      },
    };
  };
  return { clock, ether, join };
};
