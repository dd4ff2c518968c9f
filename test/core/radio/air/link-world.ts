/**
 * Stations with links over an air that loses, repeats and delays, as a pure function of a seed. Every station has a queue, the
 * most urgent frame first, and sends one frame at a time; nobody collides.
 */
import type { AirRef, Millis, StationId } from '#core/brand.ts';
import type { AirEnd } from '#core/radio/air/end.ts';
import { type AirLinkEffect, type AirLinkEvent, type AirLinks, createAirLinks } from '#core/radio/air/links.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { createDice } from '#sim/dice.ts';

export interface LinkWorldOptions {
  readonly seed: number;
  /** Shares of frames, for each that hears one. */
  readonly loss?: number;
  readonly repeat?: number;
  /** Up to so much later, so that frames overtake each other. */
  readonly delayMs?: number;
}

/** One link as one side saw it. */
export interface Session {
  readonly peer: StationId;
  readonly received: Uint8Array[];
  end?: AirEnd;
}

export interface WorldStation {
  readonly id: StationId;
  readonly links: AirLinks;
  /** The oldest first. */
  readonly sessions: Session[];
  readonly onAir: { readonly as: 'fragment' | 'ack'; readonly body: Uint8Array }[];
  /** Milliseconds on the air. */
  airtime: number;
  act(event: AirLinkEvent): void;
  /** Takes the radio away: what waits is dropped, nothing is heard, and it never comes back. */
  stop(): void;
}

interface Waiting {
  readonly ref: AirRef;
  readonly as: 'fragment' | 'ack';
  readonly body: Uint8Array;
  readonly priority: number;
  readonly expires: number;
}

const HEADER_BYTES = 4;
/** Has no factor in common with 255. */
const LIFE_STEP = 16;

export const createLinkWorld = ({ seed, loss = 0, repeat = 0, delayMs = 0 }: LinkWorldOptions) => {
  const dice = createDice(seed, 'links');
  const jitter = dice.named('jitter');
  let lives = 0;
  const stations = new Set<WorldStation>();
  const polls: (() => void)[] = [];
  const trouble = { loss, repeat, delayMs };
  let now = 0;
  let agenda: { readonly at: number; readonly act: () => void }[] = [];
  const at = (time: number, act: () => void): void => {
    agenda.push({ at: time, act });
  };

  const spread = (from: WorldStation, as: 'fragment' | 'ack', body: Uint8Array): void => {
    for (const to of stations) {
      if (to === from || dice.chance(trouble.loss)) continue;
      const times = dice.chance(trouble.repeat) ? 2 : 1;
      for (let time = 0; time < times; time++) {
        at(now + dice.fraction() * trouble.delayMs, () => to.act({ kind: 'heard', from: from.id, as, body }));
      }
    }
  };

  const join = (id: number): WorldStation => {
    let queue: Waiting[] = [];
    let isBusy = false;
    // The first that is drawn says how links are called. Two lives of one station never call theirs the same here: that is
    // what one byte cannot promise (docs/decisions/0028-links-over-the-air.md).
    let first: number | undefined = ((LIFE_STEP * ++lives) % 255) / 255;
    const links = createAirLinks({
      station: () => id as StationId,
      modulation: DEFAULT_CHANNEL,
      random: () => {
        const drawn = first ?? jitter.fraction();
        first = undefined;
        return drawn;
      },
    });
    const current = (peer: StationId): Session | undefined =>
      station.sessions.findLast((session) => session.peer === peer && session.end === undefined);
    const begin = (peer: StationId): void => {
      if (current(peer) !== undefined) throw new Error('two links with one neighbour');
      station.sessions.push({ peer, received: [] });
    };
    const perform = (effect: AirLinkEffect): void => {
      switch (effect.kind) {
        case 'air':
          queue.push({ ...effect, expires: now + effect.lifeMs });
          return;
        case 'opened':
          return begin(effect.from);
        case 'received': {
          const session = current(effect.from);
          if (session === undefined) throw new Error('received without a link');
          session.received.push(effect.frame);
          return;
        }
        case 'ended': {
          const session = current(effect.with);
          if (session === undefined) throw new Error('ended twice');
          session.end = effect.reason;
        }
      }
    };
    const pump = (): void => {
      if (isBusy || !stations.has(station)) return;
      const late = queue.find(({ expires }) => expires <= now);
      if (late !== undefined) {
        queue = queue.filter((one) => one !== late);
        return act({ kind: 'dropped', ref: late.ref });
      }
      const next = queue.reduce<Waiting | undefined>(
        (best, one) => (best === undefined || one.priority < best.priority ? one : best),
        undefined,
      );
      if (next === undefined) return;
      isBusy = true;
      queue = queue.filter((one) => one !== next);
      const airtime = rnodeAirtime(DEFAULT_CHANNEL, HEADER_BYTES + next.body.length);
      station.airtime += airtime;
      station.onAir.push(next);
      at(now + airtime, () => {
        isBusy = false;
        if (!stations.has(station)) return;
        spread(station, next.as, next.body);
        act({ kind: 'sent', ref: next.ref });
      });
    };
    const act = (event: AirLinkEvent): void => {
      if (!stations.has(station)) return;
      if (event.kind === 'open') begin(event.to);
      for (const effect of links.handle(now as Millis, event)) perform(effect);
      pump();
    };
    const station: WorldStation = {
      ...{ id: id as StationId, links, sessions: [], onAir: [], airtime: 0, act },
      stop: () => void stations.delete(station),
    };
    stations.add(station);
    polls.push(() => {
      if (stations.has(station) && links.next <= now) act({ kind: 'wake' });
    });
    return station;
  };

  const nextTime = (): number =>
    Math.min(...agenda.map((one) => one.at), ...[...stations].map(({ links }) => links.next), Number.POSITIVE_INFINITY);
  return {
    join,
    trouble,
    now: () => now,
    /** Moves on until nothing is due any more, or for so long. */
    run: (duration = Number.POSITIVE_INFINITY): void => {
      const end = now + duration;
      for (let time = nextTime(); time <= end && time < Number.POSITIVE_INFINITY; time = nextTime()) {
        now = Math.max(now, time);
        const due = agenda.filter((one) => one.at <= now);
        agenda = agenda.filter((one) => one.at > now);
        for (const { act } of due) act();
        for (const poll of polls) poll();
      }
      if (Number.isFinite(end)) now = end;
    },
  };
};
export type LinkWorld = ReturnType<typeof createLinkWorld>;
