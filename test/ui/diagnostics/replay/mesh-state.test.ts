import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findIslands } from '#ui/diagnostics/replay/islands.ts';
import { createMeshState, type MeshState } from '#ui/diagnostics/replay/mesh-state.ts';
import { changesOf, EVENT_KINDS, eventsUntil, traceEnd } from '#ui/diagnostics/replay/mesh-trace.ts';
import { countBelow, trafficOf } from '#ui/diagnostics/replay/node-traffic.ts';
import { type Row, traceOf, traces } from './trace-fixture.ts';

const seen = ({ up, open, frames, lost, played }: MeshState) => ({
  up: [...up],
  open: [...open],
  frames: [...frames],
  lost: [...lost],
  played,
});

test('seeking to a moment equals playing to it, from wherever', () => {
  fc.assert(
    fc.property(
      traces,
      fc.array(fc.double({ min: -10, max: 7_000, noNaN: true }), { minLength: 1 }),
      (trace, times) => {
        const sought = createMeshState(trace);
        for (const time of times) {
          sought.seek(time);
          const played = createMeshState(trace);
          for (const at of trace.at) if (at <= time) played.seek(at);
          expect(seen(sought)).toEqual(seen(played));
        }
      },
    ),
  );
});

test('a long trace with many checkpoints: backwards, forwards, to both ends', () => {
  const rows = Array.from({ length: 20_000 }, (_, index): Row => {
    const node = index % 17;
    const kinds = ['up', 'link', 'frame', 'frame', 'unlink', 'down', 'lost'];
    return [index, kinds[(index * 7) % 11] ?? 'frame', node, (node + 1 + (index % 3)) % 17, `kind${index % 5}`];
  });
  const trace = traceOf(rows);
  const sought = createMeshState(trace);
  const slow = createMeshState(trace);
  const before = new Map<number, ReturnType<typeof seen>>();
  for (const time of [0, 1, 4_095, 4_096, 4_097, 9_000, 12_288, 19_999]) {
    slow.seek(time);
    before.set(time, seen(slow));
  }
  for (const time of [19_999, 0, 12_288, 4_097, 4_096, 9_000, 4_095, 1]) {
    sought.seek(time);
    expect(seen(sought)).toEqual(before.get(time));
  }
});

test('the version changes when the picture does, and not for a frame', () => {
  const state = createMeshState(
    traceOf([
      [0, 'up', 0],
      [0, 'up', 1],
      [1, 'link', 0, 1],
      [2, 'frame', 0, 1, 'beacon'],
      [3, 'down', 1],
    ]),
  );
  state.seek(1);
  const { version } = state;
  state.seek(2);
  expect(state.version).toBe(version);
  state.seek(3);
  expect(state.version).not.toBe(version);
});

describe('a trace that begins in the middle of a run', () => {
  const state = createMeshState(
    traceOf([
      [100, 'frame', 0, 1, 'beacon'],
      [110, 'unlink', 1, 2, 'lost'],
      [120, 'down', 2],
      [130, 'up', 3],
      [140, 'link', 3, 0],
    ]),
  );
  test('who goes down was up, what ends was open, and who is heard is there', () => {
    state.seek(0);
    expect([...state.up]).toEqual([1, 1, 1, 0]);
    expect([...state.open]).toEqual([1, 1, 0]);
    expect(findIslands(state).sizes).toEqual([3]);
  });
  test('and then what the trace says', () => {
    state.seek(200);
    expect([...state.up]).toEqual([1, 1, 0, 1]);
    expect([...state.open]).toEqual([1, 0, 1]);
    expect(findIslands(state).sizes).toEqual([3]);
    expect([...findIslands(state).of]).toEqual([0, 0, -1, 0]);
  });
});

test('islands cover the nodes that are up, and no open link joins two of them', () => {
  fc.assert(
    fc.property(traces, fc.nat(6_000), (trace, time) => {
      const state = createMeshState(trace);
      state.seek(time);
      const { of, sizes } = findIslands(state);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(state.up.reduce((sum, up) => sum + up, 0));
      expect([...sizes].sort((a, b) => b - a)).toEqual(sizes);
      of.forEach((island, node) => {
        expect(island >= 0).toBe(state.up[node] === 1);
      });
      state.open.forEach((open, pair) => {
        const [a = 0, b = 0] = [state.pairs.a[pair], state.pairs.b[pair]];
        if (open > 0 && state.up[a] === 1 && state.up[b] === 1) expect(of[a]).toBe(of[b]);
      });
    }),
  );
});

test('the window until a moment holds exactly the events that are not later', () => {
  fc.assert(
    fc.property(traces, fc.integer({ min: -5, max: 6_500 }), (trace, time) => {
      expect(eventsUntil(trace, time)).toBe([...trace.at].filter((at) => at <= time).length);
      expect(eventsUntil(trace, traceEnd(trace))).toBe(trace.at.length);
    }),
  );
});

test("a node's frames so far are counted like everybody's", () => {
  fc.assert(
    fc.property(traces, fc.nat(120), (trace, played) => {
      trace.nodes.forEach((_, node) => {
        const { sent, received, lost } = trafficOf(trace, node);
        const count = (kind: number, column: Uint32Array): number =>
          [...trace.kind].filter((one, index) => index < played && one === kind && column[index] === node).length;
        expect([countBelow(sent, played), countBelow(received, played), countBelow(lost, played)]).toEqual([
          count(4, trace.from),
          count(4, trace.to),
          count(5, trace.from),
        ]);
      });
    }),
  );
});

test('what is no frame, in order, and nothing of it is left out', () => {
  fc.assert(
    fc.property(traces, (trace) => {
      const kinds = [...trace.kind].map((kind) => EVENT_KINDS[kind]);
      const wanted = kinds.flatMap((kind, index) => (kind === 'frame' || kind === 'lost' ? [] : [index]));
      expect([...changesOf(trace)]).toEqual(wanted);
    }),
  );
});
