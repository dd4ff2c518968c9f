/** Messages of programs: to one node until its receipt is there, to everybody once. */
import { describe, expect, test } from 'vitest';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeCustody } from '#core/wire/custody.ts';
import { decodeDelivered } from '#core/wire/delivered.ts';
import type { CommandReply } from '#engine/command.ts';
import type { Effect } from '#engine/effect.ts';
import {
  createScene,
  forged,
  idOf,
  messageTo,
  receiptFor,
  type SceneOptions,
  seal,
  sent,
} from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { ofKind, refusals } from '#test/engine/step-harness.ts';

const [ALICE, BOB, CAROL] = [createSigner(1), createSigner(2), createSigner(3)] as const;
const BODY = new TextEncoder().encode('hello');

const meeting = (options: SceneOptions = {}) => {
  const scene = createScene(options);
  for (const signer of [ALICE, BOB, CAROL]) scene.know(signer);
  const [near, far] = [scene.relay(CAROL), scene.relay()];
  scene.announce(near, BOB);
  const replies: CommandReply[] = [];
  const send = (destination = BOB.address, body: Uint8Array = BODY): Effect[] =>
    scene.act(() => scene.mesh.messages.send(destination, body, (reply) => void replies.push(reply)));
  const broadcast = (body: Uint8Array = BODY): Effect[] =>
    scene.act(() => scene.mesh.messages.broadcast(body, (reply) => void replies.push(reply)));
  const phase = () => scene.mesh.messages.deliveries.all().at(-1)?.phase;
  return { ...scene, near, far, replies, send, broadcast, phase };
};
const messageOf = (effects: readonly Effect[]) => {
  const [first] = sent(effects, 'unicast');
  if (first?.envelope === undefined) throw new Error('nothing was sent');
  return { id: idOf(first.envelope), envelope: first.envelope };
};

describe('sending is refused', () => {
  test('without an identity, too large, to oneself, and without room; and nothing is kept', () => {
    const nobody = meeting({ role: 'leaf' });
    nobody.send();
    nobody.broadcast();
    expect(nobody.replies).toEqual(Array(2).fill({ ok: false, code: 'no-identity' }));
    const scene = meeting({ limits: { routedMessages: 1 } });
    scene.send(BOB.address, new Uint8Array(16_385));
    scene.send(scene.me.address);
    scene.broadcast(new Uint8Array(1_025));
    expect(scene.replies).toEqual([
      { ok: false, code: 'too-large' },
      { ok: false, code: 'wrong-state' },
      { ok: false, code: 'too-large' },
    ]);
    expect(scene.mesh.messages.shelf.size).toBe(0);
    scene.send(BOB.address, new Uint8Array(16_384));
    scene.send(BOB.address);
    expect(scene.replies.slice(3)).toMatchObject([{ ok: true }, { ok: false, code: 'over-capacity' }]);
    expect(scene.mesh.messages.deliveries.all().length).toBe(1);
  });
  test('and said so when the key cannot sign', () => {
    const scene = meeting();
    const pending = scene.step(() => {
      scene.mesh.messages.send(BOB.address, BODY, (reply) => void scene.replies.push(reply));
      scene.mesh.messages.broadcast(BODY, (reply) => void scene.replies.push(reply));
    });
    for (const { job } of ofKind(pending, 'run-crypto')) {
      scene.step(() => scene.context.cryptoDone(job, { op: 'failed' }));
    }
    expect(scene.replies).toEqual(Array(2).fill({ ok: false, code: 'no-identity' }));
  });
});

describe('a message of ours', () => {
  test('is on disk before it is answered, and is told in phases: queued, custody, delivered', () => {
    const scene = meeting();
    const effects = scene.send();
    const { id } = messageOf(effects);
    expect(scene.replies).toEqual([{ ok: true, value: id }]);
    expect(ofKind(effects, 'persist').flatMap(({ ops }) => ops)).toMatchObject([{ op: 'put', table: 'routed' }]);
    expect(scene.phase()).toBe('queued');
    const minute = toWireMinute(scene.now());
    const custody = seal(CAROL, scene.me.address, encodeCustody({ kind: 'custody', minute, ids: [id] }));
    scene.envelope(scene.near, custody);
    expect(scene.phase()).toBe('custody');
    scene.envelope(scene.near, receiptFor(BOB, scene.me.address, id));
    expect([scene.phase(), scene.mesh.messages.shelf.size]).toEqual(['delivered', 0]);
    expect(scene.mesh.messages.deliveries.all()[0]).toMatchObject({ id, destination: BOB.address });
    // Whatever comes late changes nothing.
    scene.envelope(scene.near, custody);
    expect(scene.phase()).toBe('delivered');
  });
  test('is delivered by nobody’s word but the destination’s', () => {
    const scene = meeting();
    const { id } = messageOf(scene.send());
    for (const lie of [
      receiptFor(CAROL, scene.me.address, id),
      forged(receiptFor(BOB, scene.me.address, id)),
      receiptFor(createSigner(9), scene.me.address, id),
    ])
      scene.envelope(scene.near, lie);
    expect([scene.phase(), scene.mesh.messages.shelf.size]).toEqual(['queued', 1]);
    const receipt = receiptFor(BOB, scene.me.address, idOf(messageTo(ALICE, BOB.address, 'other')), id);
    expect(sent(scene.envelope(scene.near, receipt), 'ack')).toMatchObject([{ ack: { taken: true } }]);
    expect(scene.phase()).toBe('delivered');
  });
  test('expires after 24 hours, with its destination, also after a start', () => {
    const scene = meeting();
    const { id } = messageOf(scene.send());
    const [record] = [...scene.mesh.messages.shelf.all()];
    scene.later(24 * 3_600_000);
    expect(scene.mesh.messages.deliveries.all()).toMatchObject([{ id, destination: BOB.address, phase: 'expired' }]);
    if (record === undefined) throw new Error('nothing was kept');
    const again = meeting();
    again.act(() => again.mesh.messages.shelf.load([record]));
    again.envelope(again.near, receiptFor(BOB, again.me.address, id));
    expect(again.mesh.messages.deliveries.all()).toMatchObject([{ destination: BOB.address, phase: 'delivered' }]);
  });
  test('is remembered among the newest 512', () => {
    const scene = meeting({ limits: { routedMessages: 1_000 } });
    for (let i = 0; i < 520; i++) scene.send(BOB.address, Uint8Array.of(i >> 8, i & 255));
    expect(scene.mesh.messages.deliveries.all().length).toBe(512);
  });
});

describe('a message for us', () => {
  const receipts = (effects: readonly Effect[]) =>
    sent(effects, 'unicast').flatMap(({ envelope, transit }) => {
      const delivered = envelope === undefined ? undefined : decodeDelivered(envelope.payload);
      return delivered?.ok ? [{ to: envelope?.destination, transit, ids: delivered.value.ids }] : [];
    });
  const arrival = (options: SceneOptions = {}) => {
    const scene = meeting(options);
    scene.announce(scene.near, ALICE);
    const message = messageTo(ALICE, scene.me.address, 'hello');
    return { ...scene, message, id: idOf(message) };
  };
  test('is handed to the programs once, taken, and answered with a receipt that waits for what was committed before', () => {
    const scene = arrival();
    const effects = scene.envelope(scene.near, scene.message);
    expect(ofKind(effects, 'message')).toEqual([
      { kind: 'message', from: ALICE.address, toAll: false, id: scene.id, body: BODY },
    ]);
    expect(sent(effects, 'ack')).toMatchObject([{ link: scene.near.link, ack: { taken: true, ids: [scene.id] } }]);
    expect(receipts(effects)).toEqual([{ to: ALICE.address, transit: false, ids: [scene.id] }]);
    expect(effects.findIndex(({ kind }) => kind === 'message')).toBeLessThan(
      effects.findIndex((effect) => effect.kind === 'send' && !effect.transit),
    );
  });
  test('that comes again is taken and answered again, but not handed on, and at most once a second', () => {
    const scene = arrival();
    scene.envelope(scene.near, scene.message);
    const copies = Array.from({ length: 100 }, () => scene.envelope(scene.far, { ...scene.message, hops: 3 })).flat();
    expect([ofKind(copies, 'message'), receipts(copies)]).toEqual([[], []]);
    expect(sent(copies, 'ack', scene.far).every(({ ack }) => ack?.taken)).toBe(true);
    scene.later(1_000);
    const again = scene.envelope(scene.far, scene.message);
    expect([ofKind(again, 'message'), receipts(again).length]).toEqual([[], 1]);
  });
  test('is not taken unless its source signed it', () => {
    const scene = arrival();
    for (const [envelope, code] of [
      [forged(scene.message), 'bad-signature'],
      [messageTo(createSigner(9), scene.me.address, 'hello'), 'unknown-key'],
      [{ ...scene.message, source: BOB.address }, 'bad-signature'],
    ] as const) {
      const effects = scene.envelope(scene.near, envelope);
      expect(refusals(effects)).toEqual([code]);
      expect(sent(effects, 'ack')).toMatchObject([{ ack: { taken: false } }]);
      expect([ofKind(effects, 'message'), receipts(effects)]).toEqual([[], []]);
    }
    // The forged copy does not stand in the way of the true one.
    expect(ofKind(scene.envelope(scene.near, scene.message), 'message').length).toBe(1);
  });
  test('is taken 64 times at once from one source, then five a second; another source is not concerned', () => {
    const scene = arrival();
    const codes = Array.from({ length: 70 }, (_, i) =>
      refusals(scene.envelope(scene.near, messageTo(ALICE, scene.me.address, `message ${i}`))),
    );
    expect(codes.flat()).toEqual(Array(6).fill('rate-limited'));
    expect(refusals(scene.envelope(scene.near, messageTo(CAROL, scene.me.address, 'hello')))).toEqual([]);
    scene.later(1_000);
    const more = Array.from({ length: 6 }, (_, i) =>
      refusals(scene.envelope(scene.near, messageTo(ALICE, scene.me.address, `later ${i}`))),
    );
    expect(more.flat()).toEqual(['rate-limited']);
    // What nobody signed costs the source nothing.
    scene.later(20_000);
    for (let i = 0; i < 100; i++) scene.envelope(scene.near, forged(messageTo(ALICE, scene.me.address, `f${i}`)));
    expect(refusals(scene.envelope(scene.near, messageTo(ALICE, scene.me.address, 'true')))).toEqual([]);
  });
  test('whose link ends before the verdict is delivered all the same, and nothing is said to that link', () => {
    const scene = arrival();
    const pending = scene.step(() => scene.mesh.router.onUnicast(scene.far, scene.message));
    scene.hangUp(scene.far);
    const effects = scene.settle(pending);
    expect(ofKind(effects, 'message').length).toBe(1);
    expect(sent(effects, undefined, scene.far)).toEqual([]);
  });
});

describe('a message for everybody', () => {
  const frames = (effects: readonly Effect[]) => sent(effects, 'broadcast');
  test('is handed to the programs once and to the other neighbours with one hop more', () => {
    const scene = meeting();
    const message = messageTo(ALICE, undefined, 'all', 2);
    const effects = [...scene.envelope(scene.near, message), ...scene.later(200)];
    expect(ofKind(effects, 'message')).toMatchObject([{ from: ALICE.address, toAll: true, body: { length: 3 } }]);
    expect(frames(effects)).toMatchObject([{ link: scene.far.link, envelope: { hops: 3 } }]);
    const copy = scene.envelope(scene.far, { ...message, hops: 3 });
    expect([ofKind(copy, 'message'), frames(copy), scene.checks()]).toEqual([[], [], 2]);
  });
  test('goes eight hops and no further', () => {
    const scene = meeting();
    const last = [...scene.envelope(scene.near, messageTo(ALICE, undefined, 'all', 7)), ...scene.later(200)];
    expect([ofKind(last, 'message').length, frames(last)]).toEqual([1, []]);
    expect(frames(scene.envelope(scene.near, messageTo(ALICE, undefined, 'more', 6)))).toMatchObject([
      { envelope: { hops: 7 } },
    ]);
  });
  test('is refused when it is too large or no message, without a check; forged; of a stranger; too often', () => {
    const scene = meeting({ limits: { parkedPerLink: 1 } });
    const before = scene.checks();
    const large = messageTo(ALICE, undefined, 'x'.repeat(1_025));
    expect(refusals(scene.envelope(scene.near, large))).toEqual(['too-large']);
    const receipt = seal(ALICE, undefined, receiptFor(ALICE, BOB.address, idOf(large)).payload);
    expect(refusals(scene.envelope(scene.near, receipt))).toEqual(['unknown-kind']);
    expect(scene.checks()).toBe(before);
    expect(refusals(scene.envelope(scene.near, forged(messageTo(ALICE, undefined, 'all'))))).toEqual(['bad-signature']);
    const strangers = ['a', 'b'].map((text) => messageTo(createSigner(9), undefined, text));
    expect(strangers.flatMap((one) => refusals(scene.envelope(scene.near, one)))).toEqual(['unknown-key']);
    const codes = Array.from({ length: 10 }, (_, i) =>
      refusals(scene.envelope(scene.near, messageTo(ALICE, undefined, `${i}`))),
    );
    expect(codes.flat()).toEqual(Array(2).fill('rate-limited'));
    scene.later(10_000);
    expect(refusals(scene.envelope(scene.near, messageTo(ALICE, undefined, 'later')))).toEqual([]);
  });
  test('of our own is limited too, and does not come back', () => {
    const scene = meeting();
    for (let i = 0; i < 9; i++) scene.broadcast(Uint8Array.of(i));
    expect(scene.replies.map(({ ok }) => ok)).toEqual([...Array(8).fill(true), false]);
    expect(scene.replies.at(-1)).toEqual({ ok: false, code: 'rate-limited' });
    const other = meeting();
    const [frame] = frames(other.broadcast());
    if (frame?.envelope === undefined) throw new Error('nothing was sent');
    const back = other.envelope(other.far, { ...frame.envelope, hops: 3 });
    expect([ofKind(back, 'message'), frames(back)]).toEqual([[], []]);
  });
  test('waits for the key of its source', () => {
    const scene = meeting();
    const stranger = createSigner(9);
    scene.envelope(scene.near, messageTo(stranger, undefined, 'all'));
    scene.know(stranger);
    const effects = scene.act(() => {
      for (const { again } of [...scene.near.parked.values()]) again();
    });
    expect(ofKind(effects, 'message').length).toBe(1);
  });
});
