import type { LinkId, Millis, NodeAddress } from '#core/brand.ts';
import { type LinkCapability, TRAITS } from '#core/domain/link-capability.ts';
import { type EngineLimits, LEAF_LIMITS } from '#engine/config.ts';
import { createContext } from '#engine/context.ts';
import { createDrbg } from '#engine/drbg.ts';
import type { Effect } from '#engine/effect.ts';
import { createPeerTable, type Peer } from '#engine/links/peer.ts';

type OfKind<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

export const ofKind = <K extends Effect['kind']>(effects: readonly Effect[], kind: K): OfKind<K>[] =>
  effects.filter((effect): effect is OfKind<K> => effect.kind === kind);

export interface PeerOptions {
  readonly relay?: boolean;
  readonly address?: NodeAddress;
  readonly capability?: LinkCapability;
  readonly dialled?: boolean;
  readonly remote?: string;
}

/** What one part of an engine stands on, so that a test can step it alone: the real context, timers and peers. */
export const createHarness = (limits: EngineLimits = LEAF_LIMITS, start = Date.UTC(2026, 10, 23, 9, 0)) => {
  const context = createContext(createDrbg(new Uint8Array(32).fill(5)));
  const peers = createPeerTable(limits);
  let now = start as Millis;
  let links = 0;
  const step = (action: () => void = () => undefined): Effect[] => {
    context.begin(now);
    action();
    context.timers.fireDue(now);
    return context.end();
  };
  /** Moves on, timer by timer; the effects of all of them. */
  const wait = (duration: number): Effect[] => {
    const end = now + duration;
    const effects: Effect[] = [];
    for (let next = context.timers.next(); next !== undefined && next <= end; next = context.timers.next()) {
      now = Math.max(now, next) as Millis;
      effects.push(...step());
    }
    now = end as Millis;
    return effects;
  };
  /** A link whose hello came. */
  const link = ({
    relay = false,
    address,
    capability = 'unconstrained',
    dialled = false,
    remote,
  }: PeerOptions = {}): Peer => {
    const id = ++links as LinkId;
    const peer = peers.open({ link: id, remote: remote ?? `remote ${id}`, dialled, can: TRAITS[capability] }, now);
    peer.hello = {
      relay,
      salt: new Uint8Array(8),
      wantsSync: peer.can.syncs,
      carries: false,
      address,
      skew: 0 as Millis,
    };
    return peer;
  };
  return { context, peers, step, wait, link, now: () => now };
};

/** How often each refusal was counted. */
export const refusals = (effects: readonly Effect[]): string[] =>
  ofKind(effects, 'count')
    .filter(({ name }) => name === 'refused')
    .map(({ label }) => label);
