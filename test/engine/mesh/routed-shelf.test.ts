/** What a node answers for until it is delivered: on disk, tried at growing intervals, bounded, shared out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageId, Millis } from '#core/brand.ts';
import { MESSAGE_TTL } from '#core/domain/limits.ts';
import type { Effect } from '#engine/effect.ts';
import { decodeRoutedRecord, encodeRoutedRecord, type RoutedRecord } from '#engine/mesh/routed-record.ts';
import { createRoutedShelf } from '#engine/mesh/routed-shelf.ts';
import { announceAt, idOf, messageTo, type Signer } from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createHarness, ofKind } from '#test/engine/step-harness.ts';

const [ALICE, BOB, CAROL] = [createSigner(1), createSigner(2), createSigner(3)] as const;

const createShelf = (capacity = 32) => {
  const harness = createHarness();
  const tried: { readonly id: MessageId; readonly at: number }[] = [];
  const expired: MessageId[] = [];
  const shelf = createRoutedShelf(harness.context, {
    capacity,
    retry: ({ id }) => void tried.push({ id, at: harness.now() }),
    onExpired: ({ id }) => void expired.push(id),
  });
  const record = (text: string, own = true, source: Signer = ALICE): RoutedRecord => {
    const envelope = messageTo(source, BOB.address, text);
    const since = harness.now();
    return { id: idOf(envelope), envelope, own, since, expires: (since + MESSAGE_TTL) as Millis };
  };
  return { ...harness, shelf, tried, expired, record };
};
const ops = (effects: readonly Effect[]) => ofKind(effects, 'persist').flatMap((effect) => effect.ops);

describe('what is kept', () => {
  test('is on disk from then until it arrived, once', () => {
    const { shelf, step, record } = createShelf();
    const one = record('one');
    const put = ops(step(() => void shelf.put(one)));
    expect(put).toEqual([{ op: 'put', table: 'routed', key: one.id, value: encodeRoutedRecord(one) }]);
    expect(ops(step(() => expect(shelf.put(one)).toBe(true)))).toEqual([]);
    expect(ops(step(() => shelf.delivered(one.id)))).toEqual([{ op: 'delete', table: 'routed', key: one.id }]);
    expect(ops(step(() => shelf.delivered(one.id)))).toEqual([]);
    expect([shelf.size, shelf.has(one.id), shelf.get(one.id)]).toEqual([0, false, undefined]);
  });
  test('is tried after 5, 10, 20 … seconds, at last every ten minutes, until it ends after 24 hours', () => {
    const { shelf, step, wait, record, tried, expired, now } = createShelf();
    const one = record('one');
    const begun = now();
    step(() => void shelf.put(one));
    const effects = wait(24 * 3_600_000);
    const gaps = tried.map(({ at }, index) => (at - (tried[index - 1]?.at ?? begun)) / 1_000);
    expect(gaps.slice(0, 9)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600]);
    expect(Math.max(...gaps)).toBe(600);
    expect([expired, shelf.size]).toEqual([[one.id], 0]);
    expect(ops(effects)).toEqual([{ op: 'delete', table: 'routed', key: one.id }]);
    expect(wait(3_600_000)).toEqual([]);
  });
  test('is tried every ten minutes only when somebody else keeps it as well', () => {
    const { shelf, step, wait, record, tried, now } = createShelf();
    const one = record('one');
    const begun = now();
    step(() => void shelf.put(one));
    step(() => shelf.relax(one.id));
    wait(1_300_000);
    expect(tried.map(({ at }) => at - begun)).toEqual([600_000, 1_200_000]);
  });
  test('is tried at once when there is a way, but not more than once a second, and not what goes elsewhere', () => {
    const { shelf, step, wait, record, tried } = createShelf();
    step(() => void shelf.put(record('one')));
    step(() => shelf.pathFound(BOB.address));
    expect(tried).toEqual([]);
    wait(1_000);
    step(() => shelf.pathFound(CAROL.address));
    expect(tried).toEqual([]);
    for (let i = 0; i < 5; i++) step(() => shelf.pathFound(BOB.address));
    expect(tried.length).toBe(1);
  });
  test('is tried in its time although the clock was a day ahead when it was tried last', () => {
    const { shelf, context, record, tried } = createShelf();
    const one = record('one');
    const day = 86_400_000;
    const ahead = (one.since + day) as Millis;
    context.begin(ahead);
    shelf.put({ ...one, expires: (ahead + MESSAGE_TTL) as Millis });
    context.end();
    // The engine brings its timers forward when it notices (engine/engine.ts).
    context.timers.bringForward(day);
    for (let time = one.since; time < one.since + 30_000; time = (time + 1_000) as Millis) {
      context.begin(time as Millis);
      context.timers.fireDue(time as Millis);
      context.end();
    }
    expect(tried.length).toBeGreaterThan(0);
  });
});

describe('a start', () => {
  test('takes up what was on disk, without writing it again, and tries it', () => {
    const first = createShelf();
    const records = ['one', 'two'].map((text) => first.record(text));
    const { shelf, step, wait, tried } = createShelf();
    expect(ops(step(() => shelf.load(records)))).toEqual([]);
    wait(5_000);
    expect(tried.map(({ id }) => id).sort()).toEqual(records.map(({ id }) => id).sort());
    expect([...shelf.all()]).toEqual(records);
    step(() => shelf.delivered(records[0]?.id ?? ('' as MessageId)));
    expect(shelf.size).toBe(1);
  });
});

describe('a full shelf', () => {
  test('refuses more and pushes nothing out', () => {
    const { shelf, step, record } = createShelf(2);
    step(() =>
      expect([shelf.put(record('a')), shelf.put(record('b')), shelf.put(record('c'))]).toEqual([true, true, false]),
    );
    expect([...shelf.all()].map(({ id }) => id)).toEqual([record('a').id, record('b').id]);
  });
  test('gives one source a sixteenth of it, but our own what there is', () => {
    const { shelf, step, record } = createShelf(32);
    step(() => {
      expect(['a', 'b', 'c'].map((text) => shelf.put(record(text, false)))).toEqual([true, true, false]);
      expect(shelf.hasRoom(ALICE.address)).toBe(false);
      expect(shelf.put(record('d', false, CAROL))).toBe(true);
      for (let i = 0; i < 29; i++) expect(shelf.put(record(`own ${i}`))).toBe(true);
      expect(shelf.put(record('own'))).toBe(false);
      shelf.delivered(record('a').id);
      expect(shelf.put(record('c', false))).toBe(true);
    });
  });
});

test('whatever comes and goes: bounded, and the disk has what the shelf has', () => {
  const text = fc.integer({ min: 0, max: 9 });
  const move = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), text, own: fc.boolean() }),
    fc.record({ kind: fc.constant('delivered' as const), text }),
    fc.record({ kind: fc.constant('relax' as const), text }),
    fc.record({ kind: fc.constant('path' as const) }),
    fc.record({ kind: fc.constant('wait' as const), pause: fc.integer({ min: 0, max: 40_000_000 }) }),
  );
  const fixed = createShelf();
  const records = Array.from({ length: 10 }, (_, i) => fixed.record(`${i}`));
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const { shelf, step, wait, now } = createShelf(4);
      const disk = new Set<string>();
      const apply = (effects: readonly Effect[]): void => {
        for (const op of ops(effects)) {
          if (op.op === 'put') disk.add(op.key);
          else disk.delete(op.key);
        }
      };
      for (const one of moves) {
        if (one.kind === 'wait') apply(wait(one.pause));
        else {
          apply(
            step(() => {
              if (one.kind === 'path') return shelf.pathFound(BOB.address);
              const record = records[one.text];
              if (record === undefined) return;
              if (one.kind === 'delivered') shelf.delivered(record.id);
              else if (one.kind === 'relax') shelf.relax(record.id);
              else shelf.put({ ...record, own: one.own, since: now(), expires: (now() + MESSAGE_TTL) as Millis });
            }),
          );
        }
        expect(shelf.size).toBeLessThanOrEqual(4);
        expect([...shelf.all()].map(({ id }) => id as string).sort()).toEqual([...disk].sort());
        for (const { expires } of shelf.all()) expect(expires).toBeGreaterThanOrEqual(now());
      }
    }),
    { numRuns: 150 },
  );
});

describe('a record on disk', () => {
  const { record } = createShelf();
  test('is read as it was written', () => {
    for (const own of [true, false]) {
      const one = record('äöü', own);
      expect(decodeRoutedRecord(encodeRoutedRecord(one))).toEqual({ ok: true, value: one });
    }
  });
  test('that is damaged is refused', () => {
    const bytes = encodeRoutedRecord(record('one'));
    for (let length = 0; length < bytes.length; length += 7)
      expect(decodeRoutedRecord(bytes.subarray(0, length)).ok).toBe(false);
    const changed = (field: object): Uint8Array =>
      new TextEncoder().encode(JSON.stringify({ ...JSON.parse(new TextDecoder().decode(bytes)), ...field }));
    for (const field of [{ frame: 'xx' }, { frame: '1100' }, { own: 1 }, { since: null }, { expires: 'soon' }])
      expect(decodeRoutedRecord(changed(field)).ok).toBe(false);
  });
  test('for everybody is none: only what has a destination is kept', () => {
    const one = record('one');
    const broadcast = { ...one, envelope: announceAt(ALICE, one.since) };
    expect(decodeRoutedRecord(encodeRoutedRecord(broadcast))).toEqual({ ok: false, code: 'malformed' });
  });
});
