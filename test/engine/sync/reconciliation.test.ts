/** How two sets that differ find out in what: by symbols or by lists, whichever is shorter, and never without an end. */
import { describe, expect, test } from 'vitest';
import { encodeSet, packSymbols, SYMBOL_BYTES } from '#core/sets/coded-symbols.ts';
import { type SaltedId, saltAll } from '#core/sets/salted-ids.ts';
import { decodeEstimate } from '#core/wire/estimate.ts';
import { KIND } from '#core/wire/kinds.ts';
import { decodeMore, encodeMore } from '#core/wire/more.ts';
import { encodePick } from '#core/wire/pick.ts';
import { decodeSymbols, encodeSymbols } from '#core/wire/symbols.ts';
import { type Peer, saltKeyOf } from '#engine/links/peer.ts';
import { createReconciliation, type Difference } from '#engine/sync/reconciliation.ts';
import { createSetIndex } from '#engine/sync/set-index.ts';
import { createHarness, ofKind, refusals } from '#test/engine/step-harness.ts';

const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => {
    const number = BigInt(from + index) * 0x9e3779b97f4a7c15n + 0x1234567n;
    return BigInt.asUintN(64, number).toString(16).padStart(16, '0');
  });

const createSide = (held: readonly string[], dialled: boolean) => {
  const harness = createHarness();
  const index = createSetIndex(held);
  const peer = harness.link({ relay: true, dialled });
  const said: { kind: 'ids' | 'bins'; bins: readonly number[] }[] = [];
  const found: Difference[] = [];
  const reconciliation = createReconciliation(harness.context, {
    indexOf: (_, set) => (set === 0 ? index : undefined),
    sendIds: (_peer, _set, bins) => void said.push({ kind: 'ids', bins }),
    sendBins: () => void said.push({ kind: 'bins', bins: [] }),
    onDifference: (_peer, _set, difference) => void found.push(difference),
  });
  const frames = (action: (peer: Peer) => void): Uint8Array[] =>
    ofKind(
      harness.step(() => action(peer)),
      'send',
    ).map(({ frame }) => frame);
  const refused = (action: (peer: Peer) => void): string[] => refusals(harness.step(() => action(peer)));
  return { ...harness, index, peer, said, found, reconciliation, frames, refused };
};
const SHARED = ids(2_000);
const pair = (mine: readonly string[], theirs: readonly string[]) => ({
  dialler: createSide(mine, true),
  listener: createSide(theirs, false),
});
const first = (frames: readonly Uint8Array[]): Uint8Array => frames[0] ?? new Uint8Array();

describe('the listener', () => {
  test('answers a small difference in a large set with symbols, which give both sides of it', () => {
    const { dialler, listener } = pair([...SHARED, ...ids(3, 90_000)], [...SHARED, ...ids(4, 80_000)]);
    const estimate = first(dialler.frames((peer) => dialler.reconciliation.begin(peer, 0)));
    const symbols = first(listener.frames((peer) => listener.reconciliation.onEstimate(peer, estimate)));
    expect(symbols[0]).toBe(KIND.symbols);
    dialler.frames((peer) => dialler.reconciliation.onSymbols(peer, symbols));
    const [difference] = dialler.found;
    expect([...(difference?.mine ?? [])].sort()).toEqual(ids(3, 90_000).sort());
    const salted = saltAll(saltKeyOf(listener.peer), ids(4, 80_000));
    expect([...(difference?.theirs ?? [])].sort()).toEqual([...salted.keys()].sort());
  });
  test.each([
    ['a small set', ids(20), ids(22)],
    ['a set of which everything differs', [], ids(3_000)],
    ['an empty set', ids(3_000), []],
  ])('answers with a list for %s', (_, mine, theirs) => {
    const { dialler, listener } = pair(mine, theirs);
    const estimate = first(dialler.frames((peer) => dialler.reconciliation.begin(peer, 0)));
    expect(listener.frames((peer) => listener.reconciliation.onEstimate(peer, estimate))).toEqual([]);
    expect(listener.said.map(({ kind }) => kind)).toEqual(['ids']);
  });
  test('answers with symbols when no bytes of the digests differ, as the roots did', () => {
    const { dialler, listener } = pair(SHARED, SHARED);
    const estimate = first(dialler.frames((peer) => dialler.reconciliation.begin(peer, 0)));
    const symbols = first(listener.frames((peer) => listener.reconciliation.onEstimate(peer, estimate)));
    dialler.frames((peer) => dialler.reconciliation.onSymbols(peer, symbols));
    expect(dialler.found).toEqual([{ mine: [], theirs: [] }]);
  });
  test('sends further symbols from where it is asked, and none beyond the last', () => {
    const { listener } = pair([], SHARED);
    const whole = encodeSet(saltAll(saltKeyOf(listener.peer), SHARED).keys(), 132);
    const more = (from: number): Uint8Array => encodeMore({ kind: 'more', set: 0, from });
    const sent = decodeSymbols(first(listener.frames((peer) => listener.reconciliation.onMore(peer, more(100)))));
    expect(sent.ok && sent.value.from).toBe(100);
    expect(sent.ok && sent.value.symbols.slice(0, 32 * SYMBOL_BYTES)).toEqual(packSymbols(whole, 100));
    const last = decodeSymbols(first(listener.frames((peer) => listener.reconciliation.onMore(peer, more(4_090)))));
    expect(last.ok && last.value.symbols.length).toBe(6 * SYMBOL_BYTES);
  });
  test('hands out what is picked, and says when some of it is gone', () => {
    const { listener } = pair([], SHARED);
    const salted = [...saltAll(saltKeyOf(listener.peer), SHARED.slice(0, 2)).keys()];
    const pick = (picked: readonly SaltedId[]): Uint8Array => encodePick({ kind: 'pick', set: 0, ids: picked });
    expect(listener.reconciliation.onPick(listener.peer, pick(salted))).toEqual({
      set: 0,
      ids: SHARED.slice(0, 2),
      gone: false,
    });
    expect(listener.reconciliation.onPick(listener.peer, pick([...salted, 5 as SaltedId]))?.gone).toBe(true);
  });
});

describe('the dialler', () => {
  test('looks at other bytes of the digests in each round', () => {
    const { dialler } = pair(SHARED, []);
    const bytes = Array.from({ length: 5 }, () => {
      const estimate = decodeEstimate(first(dialler.frames((peer) => dialler.reconciliation.begin(peer, 0))));
      return estimate.ok ? estimate.value.pair : -1;
    });
    expect(bytes).toEqual([0, 1, 2, 3, 0]);
  });
  test('asks for further symbols three times when they cannot be read, then compares bin by bin', () => {
    const { dialler } = pair(SHARED, []);
    dialler.frames((peer) => dialler.reconciliation.begin(peer, 0));
    let from = 0;
    const asked: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const symbols = new Uint8Array(20 * SYMBOL_BYTES).fill(turn + 1);
      const frame = encodeSymbols({ kind: 'symbols', set: 0, from, symbols });
      const answers = dialler.frames((peer) => dialler.reconciliation.onSymbols(peer, frame));
      from += 20;
      for (const answer of answers) {
        const more = decodeMore(answer);
        if (more.ok) asked.push(more.value.from);
      }
    }
    expect(asked).toEqual([20, 40, 60]);
    expect(dialler.said.map(({ kind }) => kind)).toEqual(['bins']);
    expect(dialler.found).toEqual([]);
  });
  test.each([
    ['that nobody asked for', 1, 0],
    ['that leave a gap', 0, 7],
    ['that are none', 0, 0],
  ] as const)('refuses symbols %s', (_, set, from) => {
    const { dialler } = pair(SHARED, []);
    dialler.frames((peer) => dialler.reconciliation.begin(peer, 0));
    const symbols = new Uint8Array(set === 0 && from === 0 ? 0 : SYMBOL_BYTES);
    const frame = encodeSymbols({ kind: 'symbols', set, from, symbols });
    expect(dialler.refused((peer) => dialler.reconciliation.onSymbols(peer, frame))).toEqual(['wrong-state']);
  });
});

test.each([KIND.estimate, KIND.symbols, KIND.more, KIND.pick])('a frame of kind %i that is cut is refused', (kind) => {
  const { listener } = pair([], SHARED);
  const cut = Uint8Array.of(kind, 0, 1);
  const act = {
    [KIND.estimate]: listener.reconciliation.onEstimate,
    [KIND.symbols]: listener.reconciliation.onSymbols,
    [KIND.more]: listener.reconciliation.onMore,
    [KIND.pick]: (peer: Peer, frame: Uint8Array) => void listener.reconciliation.onPick(peer, frame),
  }[kind];
  expect(listener.refused((peer) => act(peer, cut))).toEqual(['malformed']);
});
