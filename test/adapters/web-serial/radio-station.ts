/** A station as the app puts it together over Web Serial, for a node that wants one link at a time and hears what comes. */
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createWebSerialPorts } from '#adapters/web-serial/web-serial.ts';
import type { Millis, StationId } from '#core/brand.ts';
import { type Channel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { BOARD_DRIVERS } from '#core/radio/drivers.ts';
import { emptyLedger, WINDOW } from '#core/radio/duty-ledger.ts';
import { encodeLedger } from '#core/radio/stored-ledger.ts';
import type { Listener } from '#host/radio/listener.ts';
import { openTunedBoard } from '#host/radio/tuned-board.ts';
import type { Clock } from '#ports/clock.ts';
import type { Link, LinkHandlers } from '#ports/transport.ts';
import { createDice } from '#sim/dice.ts';
import type { Cable } from '#test/emulator/cable.ts';
import { FakeSerial } from '#test/emulator/fake-serial.ts';

export interface RadioStation {
  /** Throws while it never was on air. */
  readonly id: StationId;
  readonly isOnAir: boolean;
  /** A link to what is now the next station on the way to the internet; one at a time. */
  dial(to: StationId, handlers: LinkHandlers): Promise<Link>;
  stop(): Promise<void>;
}

/** All that a suite sends fits into one hour. */
const CHANNEL: Channel = { ...DEFAULT_CHANNEL, sf: 7 };

/** Of a station that has been silent for an hour, and knows it. */
const createRestedStore = async (now: Millis) => {
  const store = createMemoryStore();
  const value = encodeLedger({ ...emptyLedger({ wall: now, steady: now }), time: WINDOW });
  await store.commit([{ op: 'put', table: 'meta', key: 'duty', value }]);
  return store;
};

interface Wanted {
  readonly to: StationId;
  readonly handlers: LinkHandlers;
  readonly dialled: (link: Link) => void;
}

const createNode = (accept: (link: Link) => LinkHandlers) => {
  let id: StationId | undefined;
  let wanted: Wanted | undefined;
  const listener: Listener = {
    accept,
    attach: (connect) => {
      if (wanted === undefined) throw new Error('nobody wants a link');
      const { handlers, dialled } = wanted;
      wanted = undefined;
      const link = connect(handlers);
      dialled(link);
      return link;
    },
    air: () => ({ way: 1, up: wanted?.to, neighbours: [], regions: [], lacking: { keys: 0, identities: 0 } }),
    equip: () => ({
      onOpen: (station) => {
        id = station;
      },
      onClosed: () => undefined,
      onHeard: () => undefined,
      onIdle: () => undefined,
    }),
  };
  return {
    listener,
    id: () => id,
    want: (next: Wanted) => {
      wanted = next;
    },
  };
};

export const openRadioStation = async (
  name: string,
  cable: Cable,
  clock: Clock,
  accept: (link: Link) => LinkHandlers,
): Promise<RadioStation> => {
  const node = createNode(accept);
  const dice = createDice(1, name);
  const board = await openTunedBoard({
    ports: createWebSerialPorts(new FakeSerial({ cables: [cable], hasChooser: false })),
    clock,
    wall: clock,
    time: clock,
    random: { bytes: (count) => dice.bytes(count) },
    store: await createRestedStore(clock.now()),
    drivers: BOARD_DRIVERS,
    listener: node.listener,
    onChange: () => undefined,
  });
  await board.tune(CHANNEL);
  return {
    get id() {
      const id = node.id();
      if (id === undefined) throw new Error(`${name} never was on air`);
      return id;
    },
    get isOnAir() {
      return board.standing().kind === 'on';
    },
    dial: (to, handlers) => new Promise((dialled) => node.want({ to, handlers, dialled })),
    stop: board.stop,
  };
};
