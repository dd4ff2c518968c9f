/**
 * A radio as the engine sees it: whatever is sent, all hear who listen on the channel, or not; each frame costs airtime that the
 * law rations. Announcements, keys, identity records and revocation lists are sent again and again, most of what somebody lacks; what is heard
 * goes the way of everything that is received (docs/protocol/radio.md, "On the air"; docs/decisions/0027-two-planes-of-the-air.md).
 *
 * Loaded only where there is a radio: an engine is equipped with it (engine.ts).
 */
import type { MessageId, Region, StationId } from '#core/brand.ts';
import { shortHash } from '#core/crypto/sha256.ts';
import { type AirAsk, decodeAsk } from '#core/radio/air/ask.ts';
import { decodeBeacon } from '#core/radio/air/beacon.ts';
import type { AirKind } from '#core/radio/air/frame.ts';
import { decodeKeys } from '#core/radio/air/keys.ts';
import { decodeRecords } from '#core/radio/air/records.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';
import { decodeAnnounce } from '#core/wire/announce.ts';
import { kindOf } from '#core/wire/kinds.ts';
import { type AirNeighbours, createAirNeighbours } from '#engine/air/air-neighbours.ts';
import type { AirParts } from '#engine/air/air-parts.ts';
import { createAirRevocations } from '#engine/air/air-revocations.ts';
import { createAsking } from '#engine/air/asking.ts';
import { createBeaconing } from '#engine/air/beaconing.ts';
import { type Carousel, createCarousel, KEPT_FROM_LACKED } from '#engine/air/carousel.ts';
import { withForwardTime } from '#engine/air/forward-time.ts';
import { createGoods } from '#engine/air/goods.ts';
import { PRIORITIES, type SendOnAir } from '#engine/air/send.ts';
import { createUnjudged } from '#engine/air/unjudged.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';
import type { Done } from '#engine/records/record-intake.ts';
import type { Standing } from '#engine/records/standing.ts';

export interface Air {
  /** A radio is on air under this name; it listens to these regions. Said again, they are others. */
  opened(station: StationId, regions: readonly Region[]): void;
  closed(): void;
  heard(from: StationId, kind: AirKind, body: Uint8Array): void;
  /** Nothing of ours waits to be sent. `left`: the share of what may be sent now of what may be sent at most, 0 to 1. */
  idle(left: number): void;
  identityKnown(identity: KnownIdentity): void;
  view(): AirView;
}

export type CreateAir = (context: Context, config: EngineConfig, parts: AirParts) => Air;

export interface AirView {
  /** As in AirBeacon. */
  readonly way: number | undefined;
  /** The next station on that way. Whether it hears this one a link to it shows. */
  readonly up: StationId | undefined;
  readonly neighbours: ReturnType<AirNeighbours['all']>;
  /** What this station has of each region that it serves. */
  readonly regions: readonly { readonly region: Region; readonly announcements: number }[];
  /** Practices that were heard and cannot be judged, or shown with their names, yet. */
  readonly lacking: { readonly keys: number; readonly identities: number };
}

/** What is refused for this is so for good. */
const NEVER_TAKEN: ReadonlySet<RefusalCode> = new Set(['superseded', 'credential-unknown-registrar']);

export const createAir: CreateAir = (clocked, config, parts) => {
  const context = withForwardTime(clocked);
  const isRooted = (): boolean =>
    parts.peers.find((peer) => peer.can.syncs && peer.hello?.relay === true) !== undefined;
  const neighbours = createAirNeighbours(context, { isRooted });
  const send: SendOnAir = (air, body, priority, life) =>
    context.emit({ kind: 'air-send', air, body, priority: PRIORITIES[priority], life });
  const unjudged = createUnjudged(clocked, parts, config.limits.parkedPerLink);
  const goods = createGoods(context, { parts, neighbours, unjudged, onDue: () => carousel.offer() });
  const beaconing = createBeaconing(context, { neighbours, goods, send, isScarce: () => left < KEPT_FROM_LACKED });
  const asking = createAsking(context, { neighbours, goods, unjudged, beaconing, send });
  const revocations = createAirRevocations(context, {
    book: parts.revocations,
    registrars: config.registrars,
    neighbours,
    isUnfinished: () => goods.unfinished() > 0,
    send,
  });
  const carousel: Carousel = createCarousel(context, { goods, lists: revocations.goods, neighbours, send });
  let isOpen = false;
  /** As it was said last. */
  let left = 1;

  /** New here: on to whoever is linked, and to those who compare. */
  const gained = (
    what: 'announcements' | 'identities' | 'revocations',
    raw: Uint8Array,
    standing: Standing | undefined,
  ): void => {
    if (what !== 'revocations') asking.gained(what);
    parts.gossip.spread(shortHash(raw), raw, undefined, standing);
  };
  const onRefused = (raw: Uint8Array, code: RefusalCode): void => {
    const announce = code === 'superseded' ? decodeAnnounce(raw) : undefined;
    if (announce?.ok) goods.heardStale(announce.value.message.address);
    if (code === 'from-the-future') unjudged.waitForRecord(raw, () => offerRecord(raw));
    goods.refused();
    context.refused(code);
  };
  const offerRecord = (raw: Uint8Array, onId?: (id: MessageId) => void): void => {
    unjudged.makeRoom();
    parts.records.offerRecord(parts.records.airRoom, raw, (id, verdict, standing) => {
      if (id !== '') onId?.(id);
      if (!verdict.ok) return onRefused(raw, verdict.code);
      if (verdict.value === 'new') gained('announcements', raw, standing);
    });
  };
  const onRecords = (from: StationId, records: readonly Uint8Array[]): void => {
    asking.heard('records');
    for (const raw of records) offerRecord(raw, (id) => goods.heardRecord(id, raw, from));
    goods.stirred();
  };
  const onKeys = (from: StationId, publicKeys: readonly Uint8Array[]): void => {
    asking.heard('keys');
    asking.gained('keys');
    for (const publicKey of publicKeys) {
      const address = parts.keys.learn(publicKey);
      goods.heardKey(address, from);
      parts.records.keyKnown(address);
    }
    goods.stirred();
  };
  const onPiece = (from: StationId, body: Uint8Array): void => {
    asking.heard('piece');
    revocations.heardPiece(body, from);
    const whole = goods.heardPiece(body, from);
    if (!whole.ok) return context.refused(whole.code);
    if (whole.value !== undefined) offerWhole(whole.value);
  };
  const offerWhole = (raw: Uint8Array): void => {
    const isList = kindOf(raw[0]) === 'revocations';
    const done: Done = (id, verdict, standing) => {
      if (!verdict.ok) {
        if (verdict.code === 'from-the-future') unjudged.waitForIdentity(id, raw, () => offerWhole(raw));
        // Some piece was false, or it can be taken later: collected anew.
        else if (!NEVER_TAKEN.has(verdict.code)) goods.disown(raw);
        context.refused(verdict.code);
      } else if (verdict.value === 'new') gained(isList ? 'revocations' : 'identities', raw, standing);
    };
    if (isList) parts.revocations.receive(raw, done);
    else parts.records.identity(raw, done);
  };
  const onAsk = (ask: AirAsk): void => {
    if (ask.what === 'revocations') {
      revocations.asked(ask);
      return carousel.offer();
    }
    asking.othersAsked(ask.what);
    if (ask.what !== 'announcements') goods.lackedOf(ask);
    // Whoever asks and lacks nothing has not heard what there is. One is enough to say it.
    else if (!goods.lackedAnnouncements(ask) && isRooted()) beaconing.soon();
  };
  /** Counted and dropped, or taken further. */
  const take = <T>(decoded: Result<T>, then: (value: T) => void): void => {
    if (decoded.ok) then(decoded.value);
    else context.refused(decoded.code);
  };

  // Also while the board is gone: it comes back.
  parts.slots.watch(goods.changed);

  return {
    opened: (station, regions) => {
      isOpen = true;
      neighbours.open(station, regions);
      goods.serve();
      beaconing.soon();
      revocations.opened();
    },
    closed: () => {
      isOpen = false;
      beaconing.stop();
      asking.stop();
      revocations.stop();
      carousel.stop();
      neighbours.clear();
      goods.serve();
    },
    heard: (from, kind, body) => {
      if (!isOpen) return;
      context.count('air frames', kind);
      neighbours.heard(from);
      beaconing.heard();
      switch (kind) {
        case 'records':
          return take(decodeRecords(body), (records) => onRecords(from, records));
        case 'keys':
          return take(decodeKeys(body), (keys) => onKeys(from, keys));
        case 'piece':
          return onPiece(from, body);
        case 'ask':
          return take(decodeAsk(body), onAsk);
        case 'beacon':
          take(decodeBeacon(body), (beacon) => {
            const { isMutual, isNew } = neighbours.said(from, beacon);
            if (!isMutual) beaconing.soon();
            else if (isNew) beaconing.later();
            goods.serve();
            goods.supply(beacon);
            asking.compare();
          });
          return;
        default:
          return;
      }
    },
    idle: (share) => {
      left = share;
      if (isOpen) carousel.idle(left);
    },
    identityKnown: ({ address }) => goods.verifiable(address),
    view: () => ({
      way: neighbours.way().way,
      up: neighbours.way().via,
      neighbours: neighbours.all(),
      regions: goods.regions().map(({ region, count }) => ({ region, announcements: count })),
      lacking: asking.lacking(),
    }),
  };
};
