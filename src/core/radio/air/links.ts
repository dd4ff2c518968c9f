/**
 * Links between this station and those that it hears: reliable, each message at most once and in order, over frames that get
 * lost. Pure: what happens goes in, with the time; what to send and what came of it comes out. docs/protocol/radio.md, "Links
 * over the air"; docs/decisions/0028-links-over-the-air.md
 */
import type { AirRef, LinkTag, Millis, StationId } from '#core/brand.ts';
import { type AckWord, decodeAck, encodeAck } from '#core/radio/air/ack.ts';
import { type AirEnd, endOf } from '#core/radio/air/end.ts';
import { createEndedLinks } from '#core/radio/air/ended-links.ts';
import { decodeFragment, type Fragment } from '#core/radio/air/fragment.ts';
import { MAX_AIR_BUFFERED, MAX_AIR_BULK_BUFFERED, MAX_AIR_LINKS, MAX_AIR_MESSAGE } from '#core/radio/air/limits.ts';
import { type AirLink, createAirLink, type PutFrame } from '#core/radio/air/link.ts';
import type { AirLane } from '#core/radio/air/outgoing.ts';
import { ackPatience } from '#core/radio/air/patience.ts';
import type { Modulation } from '#core/radio/modulation.ts';

export type AirLinkEvent =
  /** Throws where there is a link with it: see `isLinked`. */
  | { readonly kind: 'open'; readonly to: StationId }
  /** Nothing happens to what `takes` does not take. */
  | { readonly kind: 'send'; readonly to: StationId; readonly frame: Uint8Array; readonly lane: AirLane }
  | { readonly kind: 'close'; readonly to: StationId; readonly reason: AirEnd }
  | {
      readonly kind: 'heard';
      readonly from: StationId;
      readonly as: 'fragment' | 'ack';
      readonly body: Uint8Array;
    }
  /** A frame was on air, or will not be: it was refused, or waited too long. */
  | { readonly kind: 'sent' | 'dropped'; readonly ref: AirRef }
  | { readonly kind: 'wake' };

export type AirLinkEffect =
  /** To be sent. What became of it must be said. */
  | {
      readonly kind: 'air';
      readonly ref: AirRef;
      readonly as: 'fragment' | 'ack';
      readonly body: Uint8Array;
      /** 0 is the most urgent. */
      readonly priority: number;
      readonly lifeMs: Millis;
    }
  /** Somebody else has opened one. */
  | { readonly kind: 'opened'; readonly from: StationId }
  | { readonly kind: 'received'; readonly from: StationId; readonly frame: Uint8Array }
  | { readonly kind: 'ended'; readonly with: StationId; readonly reason: AirEnd };

export interface AirLinks {
  handle(now: Millis, event: AirLinkEvent): readonly AirLinkEffect[];
  isLinked(to: StationId): boolean;
  /** Whether a frame of so many bytes would be taken. */
  takes(to: StationId, bytes: number, lane: AirLane): boolean;
  /** When it wants to be woken; Infinity when nothing is under way. */
  readonly next: Millis;
}

export interface AirLinksParts {
  /** Our name on the channel, which may change. */
  readonly station: () => StationId;
  readonly modulation: Modulation;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Beside what else a station sends; docs/protocol/radio.md has all of them. */
export const LINK_PRIORITY = { ack: 0, prompt: 1, bulk: 3 } as const;
/** An hour that is spent ends within one; whoever still waits then asks again. */
const FRAGMENT_LIFE = 600_000 as Millis;
const ACK_LIFE = 120_000 as Millis;
/** A link is usually opened to say something, which makes it known by itself. */
const GREETING_DELAY = 1_000;
/** A link whose other side is silent for so long makes room for another. One that perhaps never heard us has less time. */
const QUIET_MS = 1_860_000;
const UNPROVEN_QUIET_MS = 300_000;
/** What is said to those who have no link with us, at most so often in so long. */
const ANSWERS = 8;
const ANSWERS_PER_MS = 40_000;
const TAGS = 255;
const NEVER = Number.POSITIVE_INFINITY as Millis;

export const createAirLinks = ({ station, modulation, random }: AirLinksParts): AirLinks => {
  let effects: AirLinkEffect[] = [];
  /** The oldest first. Of several with one neighbour all but the last are closed, and only the first sends. */
  let links: readonly AirLink[] = [];
  const ended = createEndedLinks();
  let lastRef = 0;
  let lastTag = Math.floor(random() * TAGS);
  let [answers, answeredAt] = [ANSWERS, Number.NEGATIVE_INFINITY];

  const put: PutFrame = (as, body, lane) => {
    const ref = ++lastRef as AirRef;
    const [priority, lifeMs] = as === 'ack' ? [LINK_PRIORITY.ack, ACK_LIFE] : [LINK_PRIORITY[lane], FRAGMENT_LIFE];
    effects.push({ kind: 'air', ref, as, body, priority, lifeMs });
    return ref;
  };
  const drawTag = (): LinkTag => {
    do lastTag = (lastTag % TAGS) + 1;
    while (links.some(({ ours }) => ours === lastTag));
    return lastTag as LinkTag;
  };
  const currentWith = (peer: StationId): AirLink | undefined =>
    links.find((link) => link.peer === peer && !link.isClosed);
  const add = (now: Millis, peer: StationId, theirs: LinkTag | 0, greetAt: Millis): AirLink => {
    const patience = (tries: number): Millis => ackPatience(modulation, tries, random());
    const link = createAirLink({ peer, ours: drawTag(), theirs, heardAt: now, greetAt, put, patience });
    links = [...links, link];
    return link;
  };
  const goOn = (peer: StationId): void => links.find((link) => link.peer === peer)?.outgoing.goOn();
  const forget = (now: Millis, link: AirLink, reason: AirEnd): void => {
    links = links.filter((one) => one !== link);
    if (link.theirs !== 0) ended.add({ ...link, reason }, now);
    if (!link.isClosed) effects.push({ kind: 'ended', with: link.peer, reason });
  };
  const end = (now: Millis, link: AirLink, reason: AirEnd): void => {
    forget(now, link, reason);
    goOn(link.peer);
  };
  /** Ends the link that is silent for longest, if it is for long. */
  const hasRoom = (now: Millis): boolean => {
    if (links.length < MAX_AIR_LINKS) return true;
    const [quietest] = links
      .filter(({ heardAt, isProven }) => now - heardAt > (isProven ? QUIET_MS : UNPROVEN_QUIET_MS))
      .toSorted((one, other) => one.heardAt - other.heardAt);
    if (quietest !== undefined) end(now, quietest, 'lost');
    return quietest !== undefined;
  };

  /** To somebody who has no link with us, in the names that they have for it. */
  const answer = (now: Millis, to: StationId, { sender, receiver }: Fragment, word: AckWord): void => {
    if (now - answeredAt >= ANSWERS_PER_MS) [answers, answeredAt] = [ANSWERS, now];
    if (answers === 0) return;
    answers--;
    put('ack', encodeAck({ to, sender: receiver, receiver: sender, ...word }), 'prompt');
  };
  const open = (now: Millis, to: StationId): void => {
    if (currentWith(to) !== undefined) throw new RangeError(`there is a link with ${to}`);
    if (hasRoom(now)) add(now, to, 0, (now + GREETING_DELAY) as Millis);
    else effects.push({ kind: 'ended', with: to, reason: 'overloaded' });
  };
  const takes = (to: StationId, bytes: number, lane: AirLane): boolean => {
    const link = currentWith(to);
    const most = lane === 'bulk' ? MAX_AIR_BULK_BUFFERED : MAX_AIR_BUFFERED;
    return link !== undefined && bytes > 0 && bytes <= MAX_AIR_MESSAGE && link.outgoing.waiting + bytes <= most;
  };
  const send = (to: StationId, frame: Uint8Array, lane: AirLane): void => {
    if (!takes(to, frame.length, lane)) return;
    currentWith(to)?.outgoing.add(frame.slice(), lane);
    goOn(to);
  };
  const close = (now: Millis, to: StationId, reason: AirEnd): void => {
    const link = currentWith(to);
    if (link === undefined) return;
    // The other side has never heard of it.
    if (!link.outgoing.hasBegun && link.theirs === 0) return end(now, link, reason);
    effects.push({ kind: 'ended', with: to, reason });
    link.isClosed = true;
    link.outgoing.addGoodbye(reason);
    goOn(to);
  };

  /** The link that a frame is of, which may be the first that is heard of its other side. */
  const find = (from: StationId, { sender, receiver }: Pick<Fragment, 'sender' | 'receiver'>): AirLink | undefined => {
    const theirs = links.filter(({ peer }) => peer === from);
    if (receiver === 0) {
      // Both have opened one at the same time: it is the same.
      return (
        theirs.find((link) => link.theirs === sender) ?? theirs.find((link) => link.theirs === 0 && !link.isClosed)
      );
    }
    return theirs.find((link) => link.ours === receiver && (link.theirs === sender || link.theirs === 0));
  };
  const accept = (now: Millis, from: StationId, fragment: Fragment): AirLink | undefined => {
    const before = ended.find(from, fragment, now);
    const { number, isGoodbye, receiver } = fragment;
    if (receiver !== 0 || before !== undefined) {
      const word: AckWord = isGoodbye ? { word: 'whole', number } : { word: 'ended', reason: before?.reason ?? 'lost' };
      answer(now, from, fragment, word);
      return undefined;
    }
    if (number !== 0 || isGoodbye) return undefined;
    // The other side knows nothing of those any more.
    for (const link of links.filter(({ peer }) => peer === from)) forget(now, link, 'lost');
    if (!hasRoom(now)) {
      answer(now, from, fragment, { word: 'ended', reason: 'overloaded' });
      return undefined;
    }
    effects.push({ kind: 'opened', from });
    return add(now, from, fragment.sender, NEVER);
  };
  const meet = (now: Millis, link: AirLink, { sender, receiver }: Pick<Fragment, 'sender' | 'receiver'>): void => {
    link.heardAt = now;
    if (sender !== 0) link.theirs = sender;
    if (receiver !== 0) link.isProven = true;
    // It knows.
    link.greetAt = NEVER;
  };
  const hearFragment = (now: Millis, from: StationId, fragment: Fragment): void => {
    const link = find(from, fragment) ?? accept(now, from, fragment);
    if (link === undefined) return;
    meet(now, link, fragment);
    if (link.isClosed && !fragment.isGoodbye) return;
    const { message, ack, isGap } = link.incoming.take(fragment);
    if (ack !== undefined) link.acknowledge(ack);
    if (isGap) {
      answer(now, from, fragment, { word: 'ended', reason: 'lost' });
      return end(now, link, 'lost');
    }
    if (message === undefined) return;
    if (fragment.isGoodbye) return end(now, link, endOf(message[0]) ?? 'closed');
    // An empty one opens a link and says nothing.
    if (message.length > 0) effects.push({ kind: 'received', from, frame: message });
  };
  /** What its outgoing side came to. */
  const settle = (now: Millis, link: AirLink): void => {
    const { standing } = link.outgoing;
    if (standing !== 'open') end(now, link, standing === 'lost' ? 'lost' : 'closed');
  };
  const hear = (now: Millis, from: StationId, as: 'fragment' | 'ack', body: Uint8Array): void => {
    const decoded = as === 'fragment' ? decodeFragment(body) : decodeAck(body);
    if (!decoded.ok || decoded.value.to !== station()) return;
    if ('piece' in decoded.value) return hearFragment(now, from, decoded.value);
    const ack = decoded.value;
    const link = find(from, ack);
    if (link === undefined) return;
    if (ack.word === 'ended') return end(now, link, ack.reason);
    meet(now, link, ack);
    link.outgoing.acknowledged(ack);
    settle(now, link);
  };
  const greet = (now: Millis, link: AirLink): void => {
    if (now < link.greetAt) return;
    link.greetAt = NEVER;
    if (link.outgoing.hasBegun) return;
    link.outgoing.add(new Uint8Array(), 'prompt');
    goOn(link.peer);
  };
  const wake = (now: Millis): void => {
    for (const link of links) {
      link.outgoing.wake(now);
      greet(now, link);
      settle(now, link);
    }
  };
  const left = (now: Millis, ref: AirRef, what: 'sent' | 'dropped'): void => {
    for (const { acknowledgementLeft, outgoing } of links) if (!acknowledgementLeft(ref)) outgoing[what](now, ref);
  };
  const take = (now: Millis, event: AirLinkEvent): void => {
    switch (event.kind) {
      case 'open':
        return open(now, event.to);
      case 'send':
        return send(event.to, event.frame, event.lane);
      case 'close':
        return close(now, event.to, event.reason);
      case 'heard':
        return hear(now, event.from, event.as, event.body);
      case 'sent':
      case 'dropped':
        return left(now, event.ref, event.kind);
      case 'wake':
        return wake(now);
    }
  };

  return {
    handle: (now, event) => {
      effects = [];
      take(now, event);
      return effects;
    },
    isLinked: (to) => currentWith(to) !== undefined,
    takes,
    get next() {
      return Math.min(NEVER, ...links.map(({ greetAt, outgoing }) => Math.min(greetAt, outgoing.next))) as Millis;
    },
  };
};
