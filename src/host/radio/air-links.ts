/**
 * Links to the stations that a radio hears, as the Transport port has them: smaller, slower and rarer than others, and as
 * reliable (docs/protocol/radio.md, "Links over the air"). Whoever puts a station together gives what was heard and takes what
 * is to be sent.
 */
import type { Millis, StationId } from '#core/brand.ts';
import { decodeAck } from '#core/radio/air/ack.ts';
import { decodeFragment } from '#core/radio/air/fragment.ts';
import { type AirLinkEffect, type AirLinkEvent, createAirLinks } from '#core/radio/air/links.ts';
import type { AirOutcome, WaitingFrame } from '#core/radio/air/queue.ts';
import type { AirStation, HeardBody } from '#core/radio/air/station.ts';
import type { Modulation } from '#core/radio/modulation.ts';
import type { Result } from '#core/result.ts';
import type { Clock } from '#ports/clock.ts';
import type { Rng } from '#ports/rng.ts';
import type { Lane, Link, LinkEnd, LinkHandlers } from '#ports/transport.ts';

export interface AirTransport {
  /**
   * A link to a neighbour. It ends at once where there is one with it already (`refused`), which one may ask first, or too many
   * (`overloaded`). A neighbour that is not there shows after minutes (`lost`).
   */
  dial(to: StationId, handlers: LinkHandlers): Link;
  isLinked(to: StationId): boolean;
  /** What the station heard; the kinds that are not of links are left alone. False for what cannot be read. */
  heard(body: HeardBody): boolean;
  /** Ends every link with `shutting-down`. What still waits goes, as long as the radio is there. */
  close(): void;
}

export interface AirTransportParts {
  readonly station: Pick<AirStation, 'id' | 'wrap'>;
  /** Of the channel that the radio is on. */
  readonly modulation: Modulation;
  /** Steady. */
  readonly clock: Clock;
  readonly random: Rng;
  readonly offer: (frame: WaitingFrame) => Result<null, string>;
  /** A neighbour has opened a link; the handlers that this returns hear it. */
  readonly onOpened: (link: Link) => LinkHandlers;
}

/** A link as its owner holds it. */
interface Held {
  readonly link: Link;
  isOver: boolean;
  tell(handlers: (heard: LinkHandlers) => void): void;
}

const remoteOf = (station: StationId): string => `radio:${station.toString(16).padStart(4, '0')}`;

const fractionOf = (random: Rng): number => {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 0x1_0000;
};

export const createAirTransport = (parts: AirTransportParts): AirTransport => {
  const { station, modulation, clock, random, offer, onOpened } = parts;
  const links = createAirLinks({ station: () => station.id, modulation, random: () => fractionOf(random) });
  const held = new Map<StationId, Held>();
  const inbox: AirLinkEvent[] = [];
  let isHandling = false;
  let wakesAt = Number.POSITIVE_INFINITY as Millis;
  let cancelWake = (): void => undefined;

  const offerFrame = ({ ref, as, body, priority, lifeMs }: Extract<AirLinkEffect, { kind: 'air' }>): void => {
    const outcome = (kind: AirOutcome): void => dispatch({ kind, ref });
    const expires = (clock.now() + lifeMs) as Millis;
    const offered = offer({ data: station.wrap(as, body), priority, expires, outcome });
    if (!offered.ok) outcome('dropped');
  };
  const end = (peer: StationId, reason: LinkEnd): void => {
    const over = held.get(peer);
    held.delete(peer);
    if (over === undefined) return;
    over.isOver = true;
    over.tell((heard) => heard.onEnd(reason));
  };
  const perform = (effect: AirLinkEffect): void => {
    switch (effect.kind) {
      case 'air':
        return offerFrame(effect);
      case 'opened':
        hold(effect.from, onOpened);
        return;
      case 'received':
        return held.get(effect.from)?.tell((heard) => heard.onFrame(effect.frame));
      case 'ended':
        return end(effect.with, effect.reason);
    }
  };
  const scheduleWake = (): void => {
    if (links.next === wakesAt) return;
    cancelWake();
    wakesAt = links.next;
    cancelWake = Number.isFinite(wakesAt) ? clock.wakeAt(wakesAt, wake) : () => undefined;
  };
  const wake = (): void => {
    wakesAt = Number.POSITIVE_INFINITY as Millis;
    dispatch({ kind: 'wake' });
  };
  /** One event at a time; what an effect causes at once (a frame that is refused) waits its turn. */
  const dispatch = (event: AirLinkEvent): void => {
    inbox.push(event);
    if (isHandling) return;
    isHandling = true;
    try {
      for (let next = inbox.shift(); next !== undefined; next = inbox.shift())
        for (const effect of links.handle(clock.now(), next)) perform(effect);
    } finally {
      isHandling = false;
    }
    scheduleWake();
  };

  const hold = (peer: StationId, connect: (link: Link) => LinkHandlers): Held => {
    const link: Link = {
      transport: 'radio',
      remote: remoteOf(peer),
      send: (frame, lane: Lane = 'prompt') => {
        if (one.isOver || !links.takes(peer, frame.length, lane)) return false;
        dispatch({ kind: 'send', to: peer, frame, lane });
        return true;
      },
      close: (reason) => {
        if (!one.isOver) dispatch({ kind: 'close', to: peer, reason });
      },
    };
    const one: Held = {
      link,
      isOver: false,
      // Never from inside a call of the owner's, and not before it knows what it was told of.
      tell: (tell) => queueMicrotask(() => tell(handlers)),
    };
    held.set(peer, one);
    const handlers = connect(link);
    return one;
  };

  return {
    dial: (to, handlers) => {
      if (!held.has(to)) {
        const { link } = hold(to, () => handlers);
        dispatch({ kind: 'open', to });
        return link;
      }
      queueMicrotask(() => handlers.onEnd('refused'));
      return { transport: 'radio', remote: remoteOf(to), send: () => false, close: () => undefined };
    },
    isLinked: (to) => held.has(to),
    heard: ({ kind, from, body }) => {
      if (kind !== 'fragment' && kind !== 'ack') return true;
      dispatch({ kind: 'heard', from, as: kind, body });
      return (kind === 'fragment' ? decodeFragment(body) : decodeAck(body)).ok;
    },
    close: () => {
      for (const { link } of [...held.values()]) link.close('shutting-down');
    },
  };
};
