/** A slot that one person shares with another by a link (docs/protocol/shared-slot.md): as good as its signatures, no better. */
import { describe, expect, test } from 'vitest';
import type { Counter, Epoch, Millis, Plz, WireMinute } from '#core/brand.ts';
import { encodeBase64Url } from '#core/bytes/base64url.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import { fromWireMinute, toWireMinute } from '#core/domain/wire-time.ts';
import { encodeSharedSlot, type SharedSlot } from '#core/wire/shared-slot.ts';
import { openShared, shareSlot } from '#host/node/shared-slots.ts';
import type { SlotRef } from '#host/rpc/api.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const NOTHING = { announcements: 0, identities: 0 };
const known = ({ engine }: TestNode, ref: SlotRef) => ({
  announcements: engine.views.status().announcements,
  identities: engine.views.identity(ref.practice) === undefined ? 0 : 1,
});

/** One who heard of a slot, one who did not, and nothing between them. */
const setUp = async () => {
  const clock = createVirtualClock();
  const giver = await createTestNode({ role: 'leaf', clock });
  const taker = await createTestNode({ role: 'leaf', clock });
  const signer = createSigner(1);
  const now = clock.now();
  const starts = [400, 412].map((fives) => (Math.floor(toWireMinute(now) / 5) * 5 + fives * 5) as WireMinute);
  const identity = signer.identity(now, { profile: PROFILE });
  const announce = signer.announce(now, { starts });
  const source = openRawPeer(giver, now);
  await clock.run(10);
  source.send(identity);
  await clock.run(10);
  source.send(announce);
  await clock.run(100);
  const ref: SlotRef = { practice: signer.address, offer: 0 as SlotRef['offer'], start: fromWireMinute(starts[1]!) };
  return { clock, giver, taker, signer, identity, announce, starts, ref, now };
};
type Scene = Awaited<ReturnType<typeof setUp>>;

const open = async (clock: VirtualClock, node: TestNode, text: string) => {
  const opened = openShared((command) => node.driver.command(command), text);
  await clock.run(100);
  return opened;
};
const textOf = (shared: Partial<SharedSlot> & Pick<SharedSlot, 'announce'>, { starts }: Scene): string =>
  encodeBase64Url(encodeSharedSlot({ kind: 'sharedSlot', start: starts[1]!, identity: undefined, ...shared }));
const shared = ({ giver, ref }: Scene) => {
  const texts = shareSlot(giver.engine.views, ref);
  if (!texts.ok) throw new Error(texts.code);
  return texts.value;
};

describe('a shared slot', () => {
  test('comes to a device that never heard of it, as its practice signed it, and stays over a restart', async () => {
    const scene = await setUp();
    const { clock, giver, taker, ref } = scene;
    expect(known(taker, ref)).toEqual(NOTHING);
    expect(await open(clock, taker, shared(scene).full)).toEqual({ ok: true, value: ref });
    const [sent, got] = [giver, taker].map(({ engine }) => engine.views.offer(ref.practice, ref.offer)?.raw);
    expect(got).toEqual(sent);
    expect(taker.engine.views.identity(ref.practice)?.record.profile?.name).toBe(PROFILE.name);
    // Whoever nobody vouches for stays so.
    expect(taker.engine.views.identity(ref.practice)?.trust.level).toBe(0);
    const again = await createTestNode({ role: 'leaf', clock, store: taker.store });
    expect(again.engine.views.offer(ref.practice, ref.offer)?.raw).toEqual(sent);
  });

  test('may be opened again, and handed on', async () => {
    const scene = await setUp();
    const { clock, taker, ref } = scene;
    for (let times = 0; times < 3; times++)
      expect(await open(clock, taker, shared(scene).full)).toEqual({ ok: true, value: ref });
    expect(shareSlot(taker.engine.views, ref)).toEqual({ ok: true, value: shared(scene) });
  });

  test('without its identity record waits for nothing: unknown until the practice is known', async () => {
    const scene = await setUp();
    const { clock, taker, ref, identity, now } = scene;
    const { brief } = shared(scene);
    expect(await open(clock, taker, brief)).toEqual({ ok: false, code: 'unknown-key' });
    const source = openRawPeer(taker, now);
    await clock.run(10);
    source.send(identity);
    await clock.run(100);
    expect(known(taker, ref).announcements).toBe(0);
    expect(await open(clock, taker, brief)).toEqual({ ok: true, value: ref });
  });

  test('that was withdrawn meanwhile does not come back', async () => {
    const scene = await setUp();
    const { clock, taker, ref, signer, identity, now } = scene;
    const source = openRawPeer(taker, now);
    await clock.run(10);
    source.send(identity);
    await clock.run(10);
    source.send(signer.withdraw(clock.now(), 2));
    await clock.run(100);
    expect(await open(clock, taker, shared(scene).full)).toEqual({ ok: true, value: ref });
    expect(taker.engine.views.offer(ref.practice, ref.offer)).toBeUndefined();
  });

  test('that is not here cannot be shared', async () => {
    const { giver, ref } = await setUp();
    const other = { ...ref, start: (ref.start + HOUR / 2) as Millis };
    expect(shareSlot(giver.engine.views, other)).toEqual({ ok: false, code: 'slot-gone' });
    const nobody = { ...ref, practice: createSigner(9).address };
    expect(shareSlot(giver.engine.views, nobody)).toEqual({ ok: false, code: 'slot-gone' });
  });
});

const spoil = (record: Uint8Array, fromEnd: number): Uint8Array => {
  const spoilt = Uint8Array.from(record);
  spoilt[spoilt.length - fromEnd] = (spoilt[spoilt.length - fromEnd] ?? 0) ^ 1;
  return spoilt;
};

/** Each is opened by a device that knows nothing; after it, it knows of no slot. */
const BAD: readonly (readonly [name: string, code: string, text: (scene: Scene) => string])[] = [
  ['nothing', 'unknown-kind', () => ''],
  ['what is no base64url', 'malformed', (scene) => `${shared(scene).full.slice(0, -2)}*=`],
  ['one that was cut by a messenger', 'malformed', (scene) => shared(scene).brief.slice(0, 60)],
  ['one without its last characters', 'malformed', (scene) => shared(scene).full.slice(0, -4)],
  ['more than any link holds', 'too-large', () => 'A'.repeat(6_004)],
  ['another kind of record', 'unknown-kind', ({ announce }) => encodeBase64Url(announce)],
  [
    'a withdrawal in the place of the announcement',
    'unknown-kind',
    (scene) => textOf({ announce: scene.signer.withdraw(scene.now, 2), identity: scene.identity }, scene),
  ],
  [
    'a start that the practice does not offer',
    'malformed',
    (scene) => textOf({ ...scene, start: (scene.starts[1]! + 5) as WireMinute }, scene),
  ],
  [
    'a forged announcement',
    'bad-signature',
    (scene) => textOf({ identity: scene.identity, announce: spoil(scene.announce, 40) }, scene),
  ],
  [
    'a forged identity record',
    'bad-signature',
    (scene) => textOf({ announce: scene.announce, identity: spoil(scene.identity, 40) }, scene),
  ],
  [
    'an announcement that another key signed',
    'bad-signature',
    (scene) =>
      textOf({ identity: scene.identity, announce: createSigner(2).signed(scene.announce.slice(0, -64)) }, scene),
  ],
  [
    "somebody else's identity record",
    'bad-key',
    (scene) => textOf({ announce: scene.announce, identity: createSigner(2).identity(scene.now) }, scene),
  ],
  [
    'one from tomorrow',
    'from-the-future',
    (scene) =>
      textOf(
        {
          identity: scene.identity,
          announce: scene.signer.announce((scene.now + HOUR) as Millis, { starts: scene.starts }),
        },
        scene,
      ),
  ],
  [
    'one that has expired',
    'expired',
    (scene) =>
      textOf(
        {
          identity: scene.identity,
          announce: scene.signer.announce((scene.now - 61 * MINUTE) as Millis, { starts: scene.starts, ttlClass: 0 }),
        },
        scene,
      ),
  ],
  [
    'a Heilpraktiker for the public insurance',
    'payer-not-allowed',
    (scene) =>
      textOf(
        {
          announce: scene.announce,
          identity: scene.signer.identity(scene.now, {
            profile: { ...PROFILE, beruf: 'HEILPRAKTIKER_PSYCH', plz: '80799' as Plz },
          }),
        },
        scene,
      ),
  ],
  [
    'an announcement of an epoch that its practice left',
    'stale-epoch',
    (scene) =>
      textOf(
        {
          announce: scene.announce,
          identity: scene.signer.identity(scene.now, { epoch: 1 as Epoch, counter: 1 as Counter }),
        },
        scene,
      ),
  ],
];

describe('refused is', () => {
  test.each(BAD)('%s: %s', async (_, code, text) => {
    const scene = await setUp();
    expect(await open(scene.clock, scene.taker, text(scene))).toEqual({ ok: false, code });
    expect(known(scene.taker, scene.ref).announcements).toBe(0);
    // Nothing of it stays in the way of the true one.
    if (code !== 'stale-epoch' && code !== 'payer-not-allowed')
      expect(await open(scene.clock, scene.taker, shared(scene).full)).toEqual({ ok: true, value: scene.ref });
  });

  test('a link that is older than what it holds', async () => {
    const scene = await setUp();
    const { full } = shared(scene);
    await scene.clock.run(9 * DAY);
    expect(await open(scene.clock, scene.taker, full)).toEqual({ ok: false, code: 'expired' });
  });
});
