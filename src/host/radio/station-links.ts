/** The links of one station while its radio is on a channel: those that others open, and the one towards the internet. */
import { airCapability } from '#core/radio/air-capability.ts';
import { refuse } from '#core/result.ts';
import type { AirView } from '#engine/air/air.ts';
import { type AirTransport, type AirTransportParts, createAirTransport } from '#host/radio/air-links.ts';
import type { Listener } from '#host/radio/listener.ts';
import { createUpLink } from '#host/radio/up-link.ts';

export interface StationLinks extends Pick<AirTransport, 'heard'> {
  /** A station has said something of itself. */
  look(): void;
  stop(): void;
}

export interface StationLinksParts extends Omit<AirTransportParts, 'onOpened'> {
  readonly listener: Pick<Listener, 'attach' | 'accept'>;
  readonly air: () => AirView | undefined;
}

export const openStationLinks = ({ listener, air, ...parts }: StationLinksParts): StationLinks => {
  const capability = airCapability(parts.modulation);
  let isStopped = false;
  const transport = createAirTransport({
    ...parts,
    // The radio is gone, or on its way to another channel: goodbyes and what they wait behind would take airtime from its next links.
    offer: (frame) => (isStopped ? refuse('wrong-state') : parts.offer(frame)),
    onOpened: (link) => listener.accept(link, capability),
  });
  const up = createUpLink({ transport, attach: listener.attach, capability, air, clock: parts.clock });
  return {
    heard: transport.heard,
    look: up.look,
    stop: () => {
      isStopped = true;
      up.stop();
      transport.close();
    },
  };
};
