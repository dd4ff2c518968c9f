/** The whole of src/engine/mesh in one node, whose neighbours a test speaks for; only the engine around it is left out. */
import { createPublicKey, verify } from 'node:crypto';
import type { KeyName, LinkId, MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { toWireSecond } from '#core/domain/wire-time.ts';
import { type Ack, decodeAck, encodeAck } from '#core/wire/ack.ts';
import { encodeDelivered } from '#core/wire/delivered.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope, signedPart } from '#core/wire/envelope.ts';
import { decodeIdentity } from '#core/wire/identity.ts';
import { type KindName, kindOf } from '#core/wire/kinds.ts';
import { encodeMessage } from '#core/wire/message.ts';
import { encodeNodeAnnounce, type NodeAnnounce } from '#core/wire/node-announce.ts';
import { decodeRouted, encodeRouted } from '#core/wire/routed.ts';
import { createCustodyDesk } from '#engine/bundles/custody-desk.ts';
import { DEFAULT_TIMING, type EngineConfig, type EngineLimits, LEAF_LIMITS, RELAY_LIMITS } from '#engine/config.ts';
import type { Effect } from '#engine/effect.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createMesh, type Mesh } from '#engine/mesh/mesh.ts';
import { stationOf } from '#engine/mesh/own-station.ts';
import type { Station } from '#engine/mesh/station.ts';
import { createIdentityBook } from '#engine/records/identity-book.ts';
import { createGossip } from '#engine/sync/gossip.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createHarness, ofKind, type PeerOptions } from '#test/engine/step-harness.ts';

export type Signer = ReturnType<typeof createSigner>;

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const KEY = 'own' as KeyName;
const PLACE = { region: 80, role: 0, mobile: false, load: 0, priority: 0, keyPackageHash: undefined } as const;

export const RELAY_BITS = CAPABILITY.ROUTER | CAPABILITY.STORE | CAPABILITY.RELAY;

const holds = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
};

export const seal = (signer: Signer, destination: NodeAddress | undefined, payload: Uint8Array, hops = 0): Envelope => {
  const head = { source: signer.address, destination, payload };
  return { ...head, hops, signature: signer.signed(signedPart(head)).slice(-64) };
};

export const messageTo = (signer: Signer, to: NodeAddress | undefined, text: string, hops = 0): Envelope =>
  seal(signer, to, encodeMessage({ kind: 'message', body: new TextEncoder().encode(text) }), hops);

export const receiptFor = (signer: Signer, to: NodeAddress, ...ids: readonly MessageId[]): Envelope =>
  seal(signer, to, encodeDelivered({ kind: 'delivered', ids }));

export const idOf = (envelope: Envelope): MessageId => messageIdOf(signedPart(envelope));

/** With a signature that nobody made. */
export const forged = (envelope: Envelope): Envelope => {
  const signature = envelope.signature.slice();
  signature[3] = (signature[3] ?? 0) ^ 1;
  return { ...envelope, signature };
};

export const announceAt = (
  signer: Signer,
  at: number,
  changed: Partial<NodeAnnounce> & { readonly hops?: number } = {},
): Envelope => {
  const { hops = 0, ...fields } = changed;
  const issued = toWireSecond(at as Millis);
  const announce: NodeAnnounce = { kind: 'node', issued, capabilities: RELAY_BITS, level: 2, ...PLACE, ...fields };
  return seal(signer, undefined, encodeNodeAnnounce(announce), hops);
};

/** A frame that the node sent, read as whoever gets it reads it. */
export interface SentFrame {
  readonly link: LinkId;
  readonly kind: KindName | undefined;
  readonly frame: Uint8Array;
  readonly transit: boolean;
  readonly envelope: Envelope | undefined;
  readonly ack: Ack | undefined;
  /** Of `routed`. */
  readonly scope: number | undefined;
  readonly mode: 'flood' | 'keep' | undefined;
}

const read = ({ link, frame, transit }: Extract<Effect, { kind: 'send' }>): SentFrame => {
  const kind = kindOf(frame[0]);
  const routed = kind === 'routed' ? decodeRouted(frame) : undefined;
  const inner = routed?.ok ? routed.value : undefined;
  const envelope = decodeEnvelope(inner?.envelope ?? frame);
  const ack = decodeAck(frame);
  return {
    link,
    kind,
    frame,
    transit,
    envelope: envelope.ok ? envelope.value : undefined,
    ack: ack.ok ? ack.value : undefined,
    scope: inner?.scope,
    mode: inner?.mode,
  };
};

export const sent = (effects: readonly Effect[], kind?: KindName, to?: Peer): SentFrame[] =>
  ofKind(effects, 'send')
    .map(read)
    .filter((one) => (kind === undefined || one.kind === kind) && (to === undefined || one.link === to.link));

export interface SceneOptions {
  readonly role?: 'relay' | 'leaf';
  /** A leaf that is a practice; without, it has no identity. */
  readonly practice?: boolean;
  readonly limits?: Partial<EngineLimits>;
  readonly seed?: number;
}

export const createScene = ({ role = 'relay', practice = false, limits = {}, seed = 250 }: SceneOptions = {}) => {
  const me = createSigner(seed);
  const own = { key: KEY, publicKey: me.publicKey, address: me.address };
  const config: EngineConfig = {
    role,
    identity: role === 'relay' ? own : undefined,
    registrars: [],
    limits: { ...(role === 'relay' ? RELAY_LIMITS : LEAF_LIMITS), ...limits },
    timing: DEFAULT_TIMING,
    padding: 'uniform',
  };
  const harness = createHarness(config.limits);
  const { context, peers, step } = harness;
  const identities = createIdentityBook(config.limits.identities);
  const scene = {
    station: stationOf(config, undefined, { level: config.role === 'relay' ? 'RELAY' : 'LEAF', role: 'MEMBER' }) as
      | Station
      | undefined,
    mayIssue: true,
  };
  let beacons = 0;
  if (practice) scene.station = { ...PLACE, ...own, capabilities: CAPABILITY.THERAPIST, level: 0 } satisfies Station;
  const custody = createCustodyDesk(context, {
    identity: config.identity,
    identities,
    peers,
    onCustody: (ids) => mesh.messages.custody(ids),
  });
  const mesh: Mesh = createMesh(context, {
    config,
    peers,
    identities,
    custody,
    gossip: createGossip(context, { peers, serves: role === 'relay', interval: DEFAULT_TIMING.gossip }),
    station: () => scene.station,
    mayIssue: () => scene.mayIssue,
    tellBeacon: () => void beacons++,
    up: () => undefined,
    onPath: () => undefined,
    onAnnounced: () => undefined,
  });
  let checks = 0;

  const perform = (effects: readonly Effect[]): Effect[] =>
    ofKind(effects, 'run-crypto').flatMap(({ job, op }) => {
      if (op.op === 'sign') {
        const value = me.signed(op.message).slice(-64);
        return step(() => context.cryptoDone(job, { op: 'sign', value }));
      }
      if (op.op !== 'verify') throw new Error(op.op);
      checks++;
      const value = holds(op.publicKey, op.message, op.signature);
      return step(() => context.cryptoDone(job, { op: 'verify', value }));
    });
  /** Does what the effects ask of the crypto, and what follows from it; returns the effects of all of it. */
  const settle = (effects: readonly Effect[]): Effect[] => {
    const all = [...effects];
    for (let next = perform(effects); next.length > 0; next = perform(next)) all.push(...next);
    return all;
  };
  const act = (action: () => void): Effect[] => settle(step(action));
  /** Moves on, timer by timer, with all the crypto that each asks for. */
  const later = (duration: number): Effect[] => {
    const end = harness.now() + duration;
    const effects: Effect[] = [];
    for (let next = context.timers.next(); next !== undefined && next <= end; next = context.timers.next()) {
      effects.push(...settle(harness.wait(Math.max(0, next - harness.now()))));
    }
    harness.wait(end - harness.now());
    return effects;
  };
  const know = (signer: Signer, capabilities: number = CAPABILITY.RELAY): void => {
    const raw = signer.identity(harness.now(), { capabilities });
    const decoded = decodeIdentity(raw);
    if (!decoded.ok) throw new Error(decoded.code);
    const { message, signed } = decoded.value;
    identities.put({
      address: signer.address,
      record: message,
      raw,
      id: messageIdOf(signed),
      credentialHolds: false,
      since: harness.now(),
      trust: {
        level: 0,
        reason: undefined,
        credential: undefined,
        registrar: undefined,
        revocationListFrom: undefined,
      },
    });
  };
  /** A neighbour whose hello came and was welcomed, without what that made the node say. */
  const neighbour = (options: PeerOptions & { readonly bridge?: boolean } = {}): Peer => {
    const peer = harness.link(options);
    peer.bridge = options.bridge ?? false;
    act(() => mesh.welcome(peer));
    return peer;
  };
  const relay = (signer?: Signer): Peer => neighbour({ relay: true, ...(signer && { address: signer.address }) });
  const envelope = (peer: Peer, one: Envelope): Effect[] => act(() => mesh.onEnvelope(peer, encodeEnvelope(one)));
  const announce = (peer: Peer, signer: Signer, changed: Parameters<typeof announceAt>[2] = {}): Effect[] =>
    envelope(peer, announceAt(signer, harness.now(), changed));
  const ack = (peer: Peer, taken: boolean, ...ids: MessageId[]): Effect[] =>
    act(() => mesh.router.onAck(peer, encodeAck({ kind: 'ack', taken, ids })));
  const flood = (peer: Peer, one: Envelope, scope: number, mode: 'flood' | 'keep' = 'flood'): Effect[] =>
    act(() => mesh.router.onRouted(peer, encodeRouted({ kind: 'routed', mode, scope, envelope: encodeEnvelope(one) })));
  const hangUp = (peer: Peer): Effect[] =>
    act(() => {
      peers.close(peer.link);
      mesh.close(peer);
      custody.close(peer.link);
    });

  return {
    ...harness,
    scene,
    me,
    mesh,
    identities,
    act,
    settle,
    later,
    know,
    neighbour,
    relay,
    envelope,
    announce,
    ack,
    flood,
    hangUp,
    /** How often the neighbours were told that we are a bridge, or rooted, or none of it any more. */
    beacons: () => beacons,
    /** How many signatures were checked. */
    checks: () => checks,
  };
};

export type Scene = ReturnType<typeof createScene>;
