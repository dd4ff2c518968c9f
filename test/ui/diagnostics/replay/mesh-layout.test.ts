import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutMesh } from '#ui/diagnostics/replay/mesh-layout.ts';
import { createMeshState } from '#ui/diagnostics/replay/mesh-state.ts';
import type { MeshTrace } from '#ui/diagnostics/replay/mesh-trace.ts';
import { convexHull } from '#ui/diagnostics/replay/picture-ground.ts';
import { type Row, traceOf, traces } from './trace-fixture.ts';

const layoutOf = (trace: MeshTrace) => {
  const state = createMeshState(trace);
  return layoutMesh(trace, state.pairs, state.open);
};

test('the same trace has the same picture, inside the unit square', () => {
  fc.assert(
    fc.property(traces, (trace) => {
      const layout = layoutOf(trace);
      expect(layout).toEqual(layoutOf(trace));
      for (const part of [...layout.x, ...layout.y]) expect(part >= 0 && part <= 1).toBe(true);
    }),
    { numRuns: 30 },
  );
});

/** Two rings of eight, joined by four links that are open for a third of the time. */
const halves = (size: number): MeshTrace => {
  const rows: Row[] = [];
  const ring = (first: number): void => {
    for (let node = 0; node < size; node++) rows.push([0, 'link', first + node, first + ((node + 1) % size)]);
  };
  ring(0);
  ring(size);
  const bridges = [0, 2, 4, 6].map((node): readonly [number, number] => [node, size + node]);
  for (const [from, to] of bridges) rows.push([0, 'link', from, to]);
  for (const [from, to] of bridges) rows.push([300, 'unlink', from, to, 'lost']);
  rows.push([1_000, 'frame', 0, 1, 'beacon']);
  return traceOf(rows);
};

test('parts that are apart for long stand apart', () => {
  const { x } = layoutOf(halves(8));
  const [left, right] = [x.slice(0, 8), x.slice(8)];
  expect(Math.max(...left) < Math.min(...right) || Math.max(...right) < Math.min(...left)).toBe(true);
});

test('a mesh of two thousand nodes is laid out by its surroundings', () => {
  const rows = Array.from({ length: 2_000 }, (_, node): Row => [0, 'link', node, (node + 1) % 2_000]);
  const { x, y } = layoutOf(traceOf(rows));
  expect(new Set([...x].map((part, node) => `${part} ${y[node]}`)).size).toBe(2_000);
});

test('a hull has every point inside or on it, and only corners', () => {
  const square = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
    [2, 2],
    [2, 0],
  ] as const;
  expect(convexHull(square)).toEqual([
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ]);
  expect(convexHull([[1, 1]])).toEqual([[1, 1]]);
});
