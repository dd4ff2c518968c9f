/** The outbox as a state machine: queued, sent, custody or expired, each once, in order, and only when it is true. */
import { describe, expect, test } from 'vitest';
import type { MessageId, Millis } from '#core/brand.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { createOutbox, type OutboxPhase } from '#engine/bundles/outbox.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import { decodeOutboxRecord } from '#engine/bundles/outbox-record.ts';
import type { Effect } from '#engine/effect.ts';
import { createHarness, ofKind } from '#test/engine/step-harness.ts';

const RESEND = 20_000 as Millis;

const createScene = (capacity = 100) => {
  const harness = createHarness();
  const phases: string[] = [];
  const outbox = createOutbox(harness.context, harness.peers, {
    capacity,
    resend: RESEND,
    onPhase: (entry: OutboxEntry, phase: OutboxPhase) => void phases.push(`${entry.owner} ${phase}`),
  });
  const entry = (name: string, changed: Partial<OutboxEntry> = {}): OutboxEntry => ({
    id: name.padEnd(32, '0') as MessageId,
    frame: new TextEncoder().encode(name),
    owner: `owner:${name}`,
    notBefore: harness.now(),
    expires: (harness.now() + 3_600_000) as Millis,
    sentAt: undefined,
    ...changed,
  });
  return { ...harness, outbox, phases, entry };
};

const sent = (effects: readonly Effect[]): string[] =>
  ofKind(effects, 'send').map(({ link, frame }) => `${new TextDecoder().decode(frame)} on ${link}`);
const lengths = (effects: readonly Effect[]): string[] =>
  ofKind(effects, 'send').map(({ link, frame }) => `${frame.length} on ${link}`);
/** What the disk holds after these effects. */
const onDisk = (effects: readonly Effect[]): Map<string, OutboxEntry> => {
  const rows = new Map<string, OutboxEntry>();
  for (const op of ofKind(effects, 'persist').flatMap(({ ops }) => ops)) {
    if (op.op === 'delete') rows.delete(op.key);
    else {
      const record = decodeOutboxRecord(op.value);
      if (record.ok) rows.set(op.key, record.value);
    }
  }
  return rows;
};

describe('an entry', () => {
  test('without a relay is queued and stays so, also with other links', () => {
    const { outbox, step, wait, link, phases, entry } = createScene();
    link();
    const effects = [...step(() => outbox.add(entry('a'))), ...wait(600_000)];
    expect(sent(effects)).toEqual([]);
    expect(phases).toEqual([]);
    expect([...outbox.entries()]).toMatchObject([{ sentAt: undefined }]);
    expect(onDisk(effects).size).toBe(1);
  });

  test('is sent once a relay is there, in custody once it signed so, and then gone', () => {
    const { outbox, step, link, phases, entry, now } = createScene();
    step(() => outbox.add(entry('a')));
    const relay = link({ relay: true });
    const first = step(() => outbox.offer(relay));
    expect(sent(first)).toEqual(['a on 1']);
    expect(onDisk(first).get(entry('a').id)?.sentAt).toBe(now());
    expect(phases).toEqual(['owner:a sent']);
    const last = step(() => outbox.custody(entry('a').id));
    expect(phases).toEqual(['owner:a sent', 'owner:a custody']);
    expect([outbox.size, ofKind(last, 'persist')[0]?.ops[0]?.op]).toEqual([0, 'delete']);
  });

  test('what is not transit: it leaves only when it is on disk', () => {
    const { outbox, step, link, entry } = createScene();
    const relay = link({ relay: true });
    const effects = step(() => {
      outbox.add(entry('a'));
      outbox.offer(relay);
    });
    expect(effects.findIndex(({ kind }) => kind === 'persist')).toBeLessThan(
      effects.findIndex(({ kind }) => kind === 'send'),
    );
    expect(ofKind(effects, 'send').every(({ transit }) => !transit)).toBe(true);
  });

  test('is sent again until custody, to every relay, and is "sent" only once', () => {
    const { outbox, step, wait, link, phases, entry } = createScene();
    link({ relay: true });
    link({ relay: true });
    step(() => outbox.add(entry('a')));
    expect(sent(wait(1))).toEqual([]);
    expect(sent(wait(RESEND))).toEqual(['a on 1', 'a on 2']);
    expect(sent(wait(RESEND))).toEqual(['a on 1', 'a on 2']);
    expect(phases).toEqual(['owner:a sent']);
    step(() => outbox.custody(entry('a').id));
    expect(sent(wait(10 * RESEND))).toEqual([]);
  });

  test('expires at its time, once, sent or not, and custody that comes later is nothing', () => {
    const { outbox, step, wait, link, phases, entry, now } = createScene();
    const expires = (now() + 50_000) as Millis;
    step(() => outbox.add(entry('a', { expires })));
    wait(49_999);
    expect(phases).toEqual([]);
    const effects = wait(2);
    expect(phases).toEqual(['owner:a expired']);
    expect(ofKind(effects, 'persist')[0]?.ops[0]).toMatchObject({ op: 'delete' });
    const relay = link({ relay: true });
    expect(sent(step(() => outbox.offer(relay)))).toEqual([]);
    step(() => outbox.custody(entry('a').id));
    expect(phases).toEqual(['owner:a expired']);
  });

  test('does not leave before its time, also when a relay comes', () => {
    const { outbox, step, wait, link, entry, now } = createScene();
    const relay = link({ relay: true });
    step(() => outbox.add(entry('a', { notBefore: (now() + 15_000) as Millis })));
    expect(sent(step(() => outbox.offer(relay)))).toEqual([]);
    expect(sent(wait(14_000))).toEqual([]);
    expect(sent(wait(2_000))).toEqual(['a on 1']);
  });
});

describe('an owner', () => {
  test('has one entry: a newer one takes the place of the older, whose custody is nothing then', () => {
    const { outbox, step, link, phases, entry } = createScene();
    const relay = link({ relay: true });
    step(() => outbox.add(entry('old', { owner: 'offer:1' })));
    step(() => outbox.offer(relay));
    expect(phases).toEqual(['offer:1 sent']);
    const effects = step(() => outbox.add(entry('new', { owner: 'offer:1' })));
    expect([...onDisk(effects).keys()]).toEqual([entry('new').id]);
    step(() => outbox.custody(entry('old').id));
    expect(phases).toEqual(['offer:1 sent', 'offer:1 sent']);
    expect([...outbox.entries()].map(({ id }) => id)).toEqual([entry('new').id]);
  });

  test('takes back what nobody has, and not what somebody may have', () => {
    const { outbox, step, link, entry } = createScene();
    step(() => {
      outbox.add(entry('a'));
      expect(outbox.withdraw('owner:a')).toBe(true);
      expect(outbox.withdraw('owner:a')).toBe(false);
      outbox.add(entry('b'));
      outbox.offer(link({ relay: true }));
      expect(outbox.withdraw('owner:b')).toBe(false);
    });
    expect(outbox.size).toBe(1);
  });
});

describe('the queue', () => {
  test('is bounded: what does not fit is refused, what replaces fits, what is in it stays', () => {
    const { outbox, step, entry } = createScene(3);
    step(() => {
      for (const name of ['a', 'b', 'c']) expect(outbox.add(entry(name)).ok).toBe(true);
      expect(outbox.add(entry('d'))).toEqual({ ok: false, code: 'over-capacity' });
      expect(outbox.add(entry('d', { owner: 'owner:a' })).ok).toBe(true);
    });
    expect([...outbox.entries()].map(({ owner }) => owner).sort()).toEqual(['owner:a', 'owner:b', 'owner:c']);
  });

  test('goes on after a restart: what had been sent is sent again, and not called sent twice', () => {
    const before = createScene();
    const relay = before.link({ relay: true });
    const effects = before.step(() => {
      before.outbox.add(before.entry('a'));
      before.outbox.add(before.entry('b'));
      before.outbox.offer(relay);
      before.peers.close(relay.link);
      before.outbox.add(before.entry('c'));
    });
    const after = createScene();
    after.step(() => after.outbox.load([...onDisk(effects).values()]));
    expect(sent(after.step(() => after.outbox.offer(after.link({ relay: true })))).sort()).toEqual([
      'a on 1',
      'b on 1',
      'c on 1',
    ]);
    expect(after.phases).toEqual(['owner:c sent']);
  });
});

describe('over the air', () => {
  const carrier = ({ link }: ReturnType<typeof createScene>, capability: LinkCapability = 'constrained') => {
    const peer = link({ capability, dialled: true });
    peer.hello = { ...(peer.hello as NonNullable<typeof peer.hello>), carries: true };
    return peer;
  };

  test('an entry goes to whoever carries for us, but not beside a relay, nor to a station that dialled us', () => {
    const scene = createScene();
    const { outbox, step, link, entry } = scene;
    carrier(scene);
    link({ capability: 'constrained' });
    expect(sent(step(() => outbox.add(entry('a'))))).toEqual(['a on 1']);
    link({ relay: true });
    expect(sent(step(() => outbox.add(entry('b'))))).toEqual(['b on 3']);
  });

  test('what is too long for the link waits for one that takes it, and nothing is lost', () => {
    const scene = createScene();
    const { outbox, step, wait, link, entry } = scene;
    carrier(scene);
    const expires = (scene.now() + 48 * 3_600_000) as Millis;
    const [fits, long] = [new Uint8Array(4_096).fill(8), new Uint8Array(4_097).fill(8)];
    expect(lengths(step(() => outbox.add(entry('a', { frame: fits, expires }))))).toEqual(['4096 on 1']);
    step(() => outbox.add(entry('b', { frame: long, expires })));
    wait(3_000_000);
    expect(scene.phases).toEqual(['owner:a sent']);
    expect(lengths(step(() => outbox.offer(carrier(scene))))).toEqual(['4096 on 2']);
    expect(lengths(step(() => outbox.offer(link({ relay: true }))))).toEqual(['4096 on 3', '4097 on 3']);
  });

  test('on the slowest link only bundles go: records are for everybody, and are broadcast', () => {
    const scene = createScene();
    const { outbox, step, link, entry } = scene;
    carrier(scene, 'severe');
    const bundle = new Uint8Array(352).fill(8);
    const record = new Uint8Array(114).fill(1);
    expect(lengths(step(() => outbox.add(entry('a', { frame: record }))))).toEqual([]);
    expect(lengths(step(() => outbox.add(entry('b', { frame: bundle }))))).toEqual(['352 on 1']);
    expect(lengths(step(() => outbox.offer(carrier(scene, 'severe'))))).toEqual(['352 on 2']);
    expect(lengths(step(() => outbox.offer(link({ relay: true }))))).toEqual(['114 on 3', '352 on 3']);
  });

  test('a record is not sent again before a day is over: nobody acknowledges it, and the air repeats it', () => {
    const scene = createScene();
    const { outbox, step, wait, entry } = scene;
    carrier(scene);
    const expires = (scene.now() + 48 * 3_600_000) as Millis;
    expect(sent(step(() => outbox.add(entry('a', { frame: new Uint8Array(114).fill(1), expires }))))).toHaveLength(1);
    expect(sent(wait(23 * 3_600_000))).toEqual([]);
    expect(sent(step(() => outbox.offer(carrier(scene))))).toEqual([]);
    step(() => outbox.taken('a'.padEnd(32, '0') as MessageId));
    expect(outbox.size).toBe(1);
    // To both that are there by then.
    expect(sent(wait(2 * 3_600_000))).toHaveLength(2);
  });

  test('is not sent again for a quarter of an hour, and gone once it is taken', () => {
    const scene = createScene();
    const { outbox, step, wait, entry } = scene;
    carrier(scene);
    const days = { frame: new Uint8Array(130).fill(8), expires: (scene.now() + 48 * 3_600_000) as Millis };
    expect(lengths(step(() => outbox.add(entry('a', days))))).toEqual(['130 on 1']);
    expect(lengths(wait(890_000))).toEqual([]);
    expect(lengths(wait(20_000))).toEqual(['130 on 1']);
    const effects = step(() => outbox.taken('a'.padEnd(32, '0') as MessageId));
    expect(onDisk(effects).size).toBe(0);
    expect(lengths(wait(3_600_000))).toEqual([]);
  });

  test('a request that was taken rests for an hour, also with another carrier, until its receipt is here', () => {
    const scene = createScene();
    const { outbox, step, wait, entry } = scene;
    carrier(scene);
    const expires = (scene.now() + 24 * 3_600_000) as Millis;
    step(() => outbox.add(entry('a', { frame: new Uint8Array(352).fill(8), owner: 'request:1', expires })));
    wait(1_000);
    step(() => outbox.taken('a'.padEnd(32, '0') as MessageId));
    expect(lengths(step(() => outbox.offer(carrier(scene))))).toEqual([]);
    expect(lengths(wait(3_500_000))).toEqual([]);
    // To both that are there by then.
    expect(lengths(wait(200_000))).toEqual(['352 on 1', '352 on 2']);
    expect(onDisk(step(() => outbox.arrived('request:1'))).size).toBe(0);
    step(() => outbox.arrived('request:1'));
    expect(outbox.size).toBe(0);
  });
});
