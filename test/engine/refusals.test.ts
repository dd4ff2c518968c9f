/** What a relay makes of bad input: a code, a count, a word to who sent it; and nothing else changes. */
import { describe, expect, test } from 'vitest';
import type { Bucket, Counter, Epoch, Millis, WireMinute } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { MINUTE } from '#core/domain/limits.ts';
import { CAPABILITY, KOSTENTRAEGER, toMask } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import { encodeBundle, removalCommitment } from '#core/wire/bundle.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import { decodeRefused } from '#core/wire/refused.ts';
import { encodeRemoval } from '#core/wire/removal.ts';
import { type EngineConfig, RELAY_LIMITS } from '#engine/config.ts';
import { STATE_TABLES } from '#engine/loaded-state.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const setUp = async (config: Partial<EngineConfig> = {}) => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock, config });
  const peer = openRawPeer(relay, clock.now());
  await clock.run(10);
  const send = async (...frames: Uint8Array[]): Promise<void> => {
    for (const frame of frames) peer.send(frame);
    await clock.run(50);
  };
  return { clock, relay, peer, send, signer: createSigner(1), now: clock.now() };
};

/** Everything that is kept, in memory and on disk. */
const contents = async ({ engine, store }: TestNode): Promise<unknown> => ({
  status: { ...engine.views.status(), syncedAt: undefined, skew: undefined },
  slots: [...engine.views.slots.ids()],
  tables: await Promise.all(STATE_TABLES.map((table) => store.entries(table))),
});
const count = ({ counters }: TestNode, code: RefusalCode): number => counters.get(`refused ${code}`) ?? 0;
const later = (now: Millis, milliseconds: number): Millis => (now + milliseconds) as Millis;

type Scene = Awaited<ReturnType<typeof setUp>>;
type Bad = (scene: Scene) => Uint8Array;

const spoil = (frame: Uint8Array): Uint8Array => {
  const spoilt = Uint8Array.from(frame);
  spoilt[spoilt.length - 40] = (spoilt[spoilt.length - 40] ?? 0) ^ 1;
  return spoilt;
};
const bundle = (created: WireMinute, fill = 1): Uint8Array => {
  const body = new Uint8Array(339).fill(fill);
  const header = { bucket: 7 as Bucket, created, body };
  return encodeBundle({ kind: 'bundle', ...header, commitment: removalCommitment(header, new Uint8Array(8)) });
};

/** Each is sent to a relay that knows the practice and one announcement of it, counter 5 in epoch 1. */
const BAD: readonly (readonly [name: string, code: RefusalCode, bad: Bad])[] = [
  ['a kind that nobody knows', 'unknown-kind', () => Uint8Array.of(63, 1, 2)],
  [
    'a kind of another version',
    'unknown-kind',
    ({ signer, now }) => Uint8Array.of(0x41, ...signer.announce(now).slice(1)),
  ],
  ['a message of a session in the clear', 'unknown-kind', () => Uint8Array.of(KIND.confirm, 0)],
  ['nothing', 'too-large', () => new Uint8Array(0)],
  ['more than a frame', 'too-large', () => new Uint8Array(65_537).fill(KIND.announce)],
  ['an announcement that is too long', 'too-large', () => new Uint8Array(401).fill(KIND.announce)],
  ['an announcement that is cut', 'malformed', ({ signer, now }) => signer.announce(now).slice(0, 70)],
  ['an unsigned one', 'bad-signature', ({ signer, now }) => signer.announce(later(now, MINUTE), NEXT).fill(0, -64)],
  ['one with a spoilt signature', 'bad-signature', ({ signer, now }) => spoil(signer.announce(now, NEXT))],
  [
    'one that another key signed',
    'bad-signature',
    ({ signer, now }) => createSigner(2).signed(signer.announce(now, NEXT).slice(0, -64)),
  ],
  ['one from six minutes ahead', 'from-the-future', ({ signer, now }) => signer.announce(later(now, 6 * MINUTE), NEXT)],
  [
    'one that has expired',
    'expired',
    ({ signer, now }) => signer.announce(later(now, -61 * MINUTE), { ...NEXT, ttlClass: 0 }),
  ],
  ['an older one', 'superseded', ({ signer, now }) => signer.announce(now, { ...NEXT, counter: 4 as Counter })],
  ['one of an older epoch', 'superseded', ({ signer, now }) => signer.announce(now, { counter: 9 as Counter })],
  [
    'one from a key that is no practice',
    'missing-capability',
    ({ now }) => createSigner(3).announce(now, { epoch: 0 as Epoch }),
  ],
  [
    'a Heilpraktiker for the public insurance',
    'payer-not-allowed',
    ({ now }) => createSigner(4).announce(now, { kostentraeger: toMask(KOSTENTRAEGER, ['GKV']) }),
  ],
  ['an identity that another key signed', 'bad-signature', ({ signer, now }) => spoil(signer.identity(now, NEXT))],
  ['an identity with a patient in it', 'missing-capability', ({ signer, now }) => patient(signer.identity(now, NEXT))],
  ['an older identity', 'superseded', ({ signer, now }) => signer.identity(now, { counter: 9 as Counter })],
  [
    'an identity from the future',
    'from-the-future',
    ({ signer, now }) => signer.identity(later(now, 6 * MINUTE), NEXT),
  ],
  ['a bundle of no size', 'malformed', ({ now }) => bundle(toWireMinute(now)).slice(0, 100)],
  ['a bundle from the future', 'from-the-future', ({ now }) => bundle(toWireMinute(later(now, 6 * MINUTE)))],
  ['a bundle of three days ago', 'expired', ({ now }) => bundle(toWireMinute(later(now, -72 * 60 * MINUTE)))],
  [
    'a removal with another secret',
    'bad-signature',
    ({ now }) =>
      encodeRemoval({ kind: 'removal', id: messageIdOf(bundle(toWireMinute(now))), secret: new Uint8Array(8).fill(9) }),
  ],
  ['a list of revocations of nobody', 'credential-unknown-registrar', ({ signer }) => revocations(signer)],
  ['a query that asks for nothing', 'malformed', () => Uint8Array.of(KIND.query, ...new Uint8Array(15))],
  ['ids that nobody asked for', 'wrong-state', () => Uint8Array.of(KIND.ids, 0, 0, ...new Uint8Array(32))],
  ['custody from a key that nobody knows', 'unknown-key', ({ signer }) => custody(signer)],
];
const NEXT = { epoch: 1 as Epoch, counter: 6 as Counter };

/** The capability is the first three-byte integer after the head of the record: 0x19 0x01 0x00. */
const patient = (record: Uint8Array): Uint8Array => {
  const changed = Uint8Array.from(record);
  const at = Buffer.from(changed).indexOf(Buffer.from('190100', 'hex'));
  changed[at + 1] = CAPABILITY.PATIENT >> 8;
  return createSigner(1).signed(changed.slice(0, -64));
};
const revocations = ({ signed }: Scene['signer']): Uint8Array =>
  signed(Uint8Array.of(KIND.revocations, 0x83, 0x48, ...new Uint8Array(8), 0x01, 0x41, 0xff));
const custody = ({ signed }: Scene['signer']): Uint8Array => {
  const payload = [KIND.custody, 0, 0, 1, 1, ...new Uint8Array(16)];
  const whole = signed(Uint8Array.of(KIND.broadcast, ...new Uint8Array(16), ...payload));
  return Uint8Array.of(KIND.broadcast, 0, ...whole.slice(1));
};

const known = async (): Promise<Scene> => {
  const scene = await setUp();
  const { signer, now, send } = scene;
  const others = [createSigner(3).identity(now, { capabilities: CAPABILITY.RELAY }), heilpraktiker(now)];
  await send(signer.identity(now, { epoch: 1 as Epoch, counter: 4 as Counter }), ...others);
  await send(signer.announce(now, { epoch: 1 as Epoch, counter: 5 as Counter }), bundle(toWireMinute(now)));
  expect(scene.relay.engine.views.status()).toMatchObject({ announcements: 1, identities: 4, bundles: 1 });
  return scene;
};
const heilpraktiker = (now: Millis): Uint8Array =>
  createSigner(4).identity(now, {
    profile: {
      name: 'Heilpraxis',
      beruf: 'HEILPRAKTIKER_PSYCH',
      street: '',
      plz: '80799' as never,
      city: '',
      phone: '',
      email: '',
      website: '',
      impressum: '',
      languages: [],
      stepFree: false,
      lift: false,
      signLanguage: false,
    },
  });

describe('refused, counted, and nothing else changes', () => {
  test.each(BAD)('%s: %s', async (_, code, bad) => {
    const scene = await known();
    const frame = bad(scene);
    const before = await contents(scene.relay);
    const counted = count(scene.relay, code);
    await scene.send(frame);
    expect(count(scene.relay, code)).toBe(counted + 1);
    expect(await contents(scene.relay)).toEqual(before);
  });

  test('before the hello everything is', async () => {
    const { clock, relay, signer, now } = await setUp();
    const silent = openRawPeer(relay, now, false);
    await clock.run(10);
    silent.send(signer.identity(now));
    await clock.run(10);
    expect(count(relay, 'wrong-state')).toBe(1);
    expect(relay.engine.views.status().identities).toBe(1);
  });

  test('who sent it hears why, by the id of what it was', async () => {
    const { relay, peer, send, signer, now } = await known();
    const forged = spoil(signer.announce(now, NEXT));
    await send(forged);
    const told = peer.received.filter((frame) => frame[0] === KIND.refused).map(decodeRefused);
    expect(told).toContainEqual({
      ok: true,
      value: { kind: 'refused', reason: REFUSALS['bad-signature'], id: messageIdOf(forged.slice(0, -64)) },
    });
    expect(relay.engine.views.status().announcements).toBe(1);
  });

  test('the very same bytes again change nothing and cost no second check', async () => {
    const { relay, send, signer, now } = await known();
    const before = await contents(relay);
    await send(signer.announce(now, { epoch: 1 as Epoch, counter: 5 as Counter }));
    expect(await contents(relay)).toEqual(before);
    const forged = spoil(signer.announce(now, NEXT));
    await send(forged, forged, forged);
    expect(relay.counters.get('duplicate announce')).toBeGreaterThanOrEqual(1);
    expect(await contents(relay)).toEqual(before);
  });
});

describe('a forged copy blocks nobody', () => {
  test('a true announcement is taken after a hundred forged ones with the same content', async () => {
    const { relay, send, signer, now } = await known();
    const real = signer.announce(now, NEXT);
    const forged = Array.from({ length: 100 }, (_, index) => {
      const copy = Uint8Array.from(real);
      copy[copy.length - 1 - (index % 64)] = (copy[copy.length - 1 - (index % 64)] ?? 0) ^ (1 + (index >> 6));
      return copy;
    });
    await send(...forged);
    expect(count(relay, 'bad-signature')).toBe(100);
    await send(real);
    expect([...relay.engine.views.slots.ids()]).toContain(messageIdOf(real.slice(0, -64)));
  });

  test('nor one that comes between the check and the verdict', async () => {
    const { relay, send, signer, now } = await known();
    const real = signer.announce(now, NEXT);
    await send(spoil(real), real, spoil(real));
    expect([...relay.engine.views.slots.ids()]).toContain(messageIdOf(real.slice(0, -64)));
  });

  test('nor one that waits beside it until the key is known', async () => {
    const { relay, send, signer, now } = await setUp();
    const real = signer.announce(now);
    await send(spoil(real), real, spoil(real), signer.identity(now));
    expect([...relay.engine.views.slots.ids()]).toEqual([messageIdOf(real.slice(0, -64))]);
  });

  test('a thousand forged identities take nothing from the true one', async () => {
    const { relay, send, signer, now } = await setUp();
    const real = signer.identity(now, { counter: 2 as Counter });
    for (let index = 0; index < 1_000; index++) {
      const copy = Uint8Array.from(real);
      copy[copy.length - 60 + (index % 50)] = (copy[copy.length - 60 + (index % 50)] ?? 0) ^ (1 + (index % 255));
      await send(copy);
    }
    await send(real);
    expect(relay.engine.views.identity(signer.address)?.record.counter).toBe(2);
  });
});

describe('limits', () => {
  test('ten thousand announcements in a minute from one key: few are taken, and others are not kept out', async () => {
    const { clock, relay, peer, send, signer, now } = await setUp();
    const other = createSigner(2);
    await send(signer.identity(now), other.identity(now));
    for (let index = 0; index < 10_000; index++) {
      peer.send(signer.announce(now, { counter: (index + 2) as Counter }));
      if (index % 100 === 99) await clock.run(600);
    }
    const taken = 10_000 - count(relay, 'rate-limited') - count(relay, 'over-capacity');
    expect(taken).toBeGreaterThan(32);
    expect(taken).toBeLessThan(200);
    expect(relay.engine.views.status().announcements).toBe(1);
    await send(other.announce(clock.now()));
    expect(relay.engine.views.status().announcements).toBe(2);
  }, 120_000);

  test('announcements of unknown keys wait in a bounded place, and are taken when the key comes', async () => {
    const { relay, send, signer, now } = await setUp();
    const strangers = Array.from({ length: 250 }, (_, index) => createSigner(index + 3));
    await send(signer.announce(now));
    for (const stranger of strangers) {
      const frames = [1, 2, 3].map((counter) => stranger.announce(now, { counter: counter as Counter }));
      await send(...frames);
    }
    expect(count(relay, 'unknown-key')).toBeGreaterThanOrEqual(250 * 3 + 1 - RELAY_LIMITS.parkedPerLink);
    expect(relay.engine.views.status().announcements).toBe(0);
    const last = strangers.at(-1)!;
    await send(last.identity(now));
    await send(last.announce(now, { counter: 4 as Counter }));
    expect(relay.engine.views.status().announcements).toBe(1);
  }, 60_000);

  test('a shelf that is full refuses, and what is on it stays', async () => {
    const { relay, send, now } = await setUp({ limits: { ...RELAY_LIMITS, bundles: 3 } });
    await send(...[1, 2, 3, 4, 5].map((fill) => bundle(toWireMinute(now), fill)));
    expect(relay.engine.views.status().bundles).toBe(3);
    expect(count(relay, 'over-capacity')).toBe(2);
  });

  test('bundles from one address, and frames on one link', async () => {
    const limits = {
      ...RELAY_LIMITS,
      bundlesPerRemote: { burst: 2, perSecond: 0 },
      framesPerLink: { burst: 6, perSecond: 0 },
    };
    const { relay, send, now } = await setUp({ limits });
    await send(...[1, 2, 3, 4, 5, 6, 7].map((fill) => bundle(toWireMinute(now), fill)));
    expect(relay.engine.views.status().bundles).toBe(2);
    expect(count(relay, 'rate-limited')).toBe(5);
  });

  test('bundles from a relay that this one dialled go by a limit of their own', async () => {
    const none = { burst: 0, perSecond: 0 };
    const limits = { ...RELAY_LIMITS, bundlesPerRemote: none, bundlesPerDialled: { burst: 3, perSecond: 0 } };
    const { clock, relay, send, signer, now } = await setUp({ limits });
    const bundles = [1, 2, 3, 4].map((fill) => bundle(toWireMinute(now), fill));
    await send(...bundles);
    expect(relay.engine.views.status().bundles).toBe(0);
    let hear: (frame: Uint8Array) => void = () => undefined;
    relay.driver.attach(({ onFrame }) => {
      hear = onFrame;
      return { transport: 'memory', remote: 'https://named.example.org', send: () => true, close: () => undefined };
    });
    const salt = new Uint8Array(8);
    hear(encodeHello({ kind: 'hello', clock: now, wantsSync: false, salt, relay: signer.address }));
    for (const one of bundles) hear(one);
    await clock.run(50);
    expect(relay.engine.views.relays()).toEqual(['https://named.example.org']);
    expect(relay.engine.views.status().bundles).toBe(3);
  });
});
