/** Whatever neighbours send, in whatever order: nothing throws, nothing grows without bound, and a patient stays silent. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeAddress } from '#core/brand.ts';
import { encodeEnvelope } from '#core/wire/envelope.ts';
import { encodeProbe } from '#core/wire/probe.ts';
import { encodeTraced } from '#core/wire/traced.ts';
import type { Peer } from '#engine/links/peer.ts';
import {
  announceAt,
  createScene,
  forged,
  idOf,
  messageTo,
  receiptFor,
  type Scene,
  sent,
} from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { ofKind } from '#test/engine/step-harness.ts';

const SIGNERS = [1, 2, 3].map(createSigner);
const signer = (index: number) => SIGNERS[index % SIGNERS.length] ?? createSigner(1);
const RUNS = Number(process.env.FUZZ_RUNS ?? 60);

const small = fc.nat({ max: 15 });
const event = fc.record({
  kind: fc.constantFrom(
    'announce',
    'message',
    'mine',
    'flood',
    'keep',
    'ack',
    'receipt',
    'broadcast',
    'probe',
    'traced',
    'noise',
    'beacon',
    'link',
    'cut',
    'wait',
    'send',
  ),
  link: small,
  who: small,
  text: small,
  hops: fc.nat({ max: 8 }),
  flag: fc.boolean(),
  isForged: fc.boolean(),
  noise: fc.uint8Array({ maxLength: 200 }),
});
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** Does what the event says; returns what the node does about it. */
const play = (scene: Scene, links: Peer[], one: Event) => {
  const peer = links[one.link % Math.max(1, links.length)];
  const [from, to] = [signer(one.who), signer(one.who + 1)];
  const nonce = one.text.toString(16).padStart(16, '0');
  const shape = <T extends ReturnType<typeof messageTo>>(envelope: T) => (one.isForged ? forged(envelope) : envelope);
  const message = shape(messageTo(from, to.address, `${one.text}`, one.hops));
  if (one.kind === 'wait') return scene.later(one.text * 700);
  if (one.kind === 'link' && links.length < 6) {
    links.push(scene.neighbour({ relay: one.flag, bridge: one.isForged }));
    return [];
  }
  if (one.kind === 'send') return scene.act(() => scene.mesh.messages.send(to.address, one.noise, () => undefined));
  if (peer === undefined) return [];
  switch (one.kind) {
    case 'announce':
      return scene.envelope(peer, shape(announceAt(from, scene.now() + one.text * 1_000, { hops: one.hops })));
    case 'message':
      return scene.envelope(peer, message);
    case 'mine':
      return scene.envelope(peer, shape(messageTo(from, scene.me.address, `${one.text}`, one.hops)));
    case 'flood':
    case 'keep':
      return scene.flood(peer, message, one.kind === 'flood' ? one.hops : 0, one.kind);
    case 'ack':
      return scene.ack(peer, one.flag, idOf(message));
    case 'receipt':
      return scene.envelope(peer, shape(receiptFor(to, from.address, idOf(message))));
    case 'broadcast':
      return scene.envelope(peer, shape(messageTo(from, undefined, `${one.text}`, one.hops)));
    case 'probe': {
      const frame = encodeProbe({ kind: 'probe', hops: one.hops, nonce, target: to.address });
      return scene.act(() => scene.mesh.probes.onProbe(peer, frame));
    }
    case 'traced': {
      const hops = [{ address: to.address as NodeAddress, elapsed: scene.now() }];
      return scene.act(() =>
        scene.mesh.probes.onTraced(peer, encodeTraced({ kind: 'traced', nonce, reached: true, hops })),
      );
    }
    case 'noise':
      return scene.act(() => {
        scene.mesh.onEnvelope(peer, one.noise);
        scene.mesh.router.onRouted(peer, one.noise);
        scene.mesh.router.onAck(peer, one.noise);
        scene.mesh.probes.onProbe(peer, one.noise);
        scene.mesh.probes.onTraced(peer, one.noise);
        scene.mesh.onEnvelope(peer, encodeEnvelope({ ...message, payload: one.noise }));
      });
    case 'beacon':
      return scene.act(() => scene.mesh.onBeacon(peer, { bridge: one.flag, rooted: one.isForged }));
    case 'cut':
      links.splice(links.indexOf(peer), 1);
      return scene.hangUp(peer);
    default:
      return [];
  }
};

const LIMITS = { journeys: 4, nodes: 2, routedMessages: 4, parkedPerLink: 3 };

test.each(['relay', 'leaf', 'patient'] as const)('a %s among hostile neighbours', (role) => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const scene = createScene({ role: role === 'relay' ? role : 'leaf', practice: role === 'leaf', limits: LIMITS });
      for (const one of SIGNERS.slice(0, 2)) scene.know(one);
      const links: Peer[] = [scene.relay(), scene.neighbour()];
      for (const one of events) {
        const effects = play(scene, links, one);
        expect(scene.mesh.router.inFlight).toBeLessThanOrEqual(LIMITS.journeys);
        expect(scene.mesh.nodes.size).toBeLessThanOrEqual(LIMITS.nodes);
        expect(scene.mesh.messages.shelf.size).toBeLessThanOrEqual(LIMITS.routedMessages);
        for (const peer of links) expect(peer.parked.size).toBeLessThanOrEqual(LIMITS.parkedPerLink);
        for (const { link, envelope } of sent(effects)) {
          expect(links.some((peer) => peer.link === link)).toBe(true);
          expect(envelope?.hops ?? 0).toBeLessThanOrEqual(8);
        }
        if (role !== 'patient') continue;
        // A patient signs nothing, is the source of nothing, and keeps nothing.
        expect(ofKind(effects, 'run-crypto').some(({ op }) => op.op === 'sign')).toBe(false);
        expect(sent(effects).some(({ envelope }) => envelope?.source === scene.me.address)).toBe(false);
        expect(scene.mesh.messages.shelf.size).toBe(0);
      }
      // When all is calm and everybody is gone, only what is kept is tried again now and then.
      for (const peer of [...links]) scene.hangUp(peer);
      scene.later(30_000);
      expect(scene.mesh.router.inFlight).toBeLessThanOrEqual(scene.mesh.messages.shelf.size);
    }),
    { numRuns: RUNS },
  );
});
