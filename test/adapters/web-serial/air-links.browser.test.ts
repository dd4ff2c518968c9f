/**
 * The transport contract over emulated boards, in Chromium: Web Serial, the conversation with each board, its ledger and its
 * queue, and the links of stations over an ether with real airtime. Three stations are in this page; their boards are in another
 * process, at the other end of WebSockets. Time is the bench's.
 */
import { inject } from 'vitest';
import type { Link, LinkHandlers } from '#ports/transport.ts';
import { openRadioStation } from '#test/adapters/web-serial/radio-station.ts';
import { AIR_SIZES, type TransportPlace, transportContract } from '#test/contracts/transport.ts';
import { createHeard, createLocalPeer, type TestPeer } from '#test/contracts/transport-peer.ts';
import { createBenchClock } from '#test/emulator/bench-clock.ts';

/** All others dial the hub, each in its turn. */
const openStations = async () => {
  const clock = await createBenchClock(inject('bench'));
  for (const cable of clock.cables.values()) {
    await cable.look();
    await cable.grant(true);
  }
  let accept: (peer: TestPeer) => void = () => undefined;
  const onOpened = (link: Link): LinkHandlers => {
    const heard = createHeard();
    accept(createLocalPeer(link, heard));
    return heard.handlers;
  };
  const stations = await Promise.all(
    Array.from(clock.cables, ([name, cable]) => openRadioStation(name, cable, clock, onOpened)),
  );
  while (!stations.every(({ isOnAir }) => isOnAir)) await clock.step();
  const accepted = (): Promise<TestPeer> =>
    new Promise((resolve) => {
      accept = resolve;
    });
  return { clock, stations, accepted };
};

const createPlace = async (): Promise<TransportPlace> => {
  const { clock, stations, accepted } = await openStations();
  const [hub, ...diallers] = stations;
  let isOver = false;
  const moving = (async () => {
    while (!isOver) await clock.step();
  })();
  let turn = 0;
  return {
    open: async () => {
      const heard = createHeard();
      const peer = accepted();
      const link = await diallers[turn++ % diallers.length]!.dial(hub!.id, heard.handlers);
      return { link, heard, peer: await peer };
    },
    close: async () => {
      await Promise.all(stations.map(({ stop }) => stop()));
      isOver = true;
      await moving;
      clock.close();
    },
  };
};

transportContract('links over the air, over boards on USB', createPlace, AIR_SIZES);
