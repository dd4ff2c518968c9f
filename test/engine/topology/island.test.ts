/** When a node says that it is on an island, and when it stops saying so. */
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import type { KnownNode } from '#engine/mesh/node-book.ts';
import { createIslandJudge } from '#engine/topology/island.ts';

const ROOT = 'aa'.repeat(16) as NodeAddress;
const ABOVE = 'bb'.repeat(16) as NodeAddress;
const HOUR = 3_600_000;

const setUp = () => {
  let now = 1_000_000;
  let reachable = true;
  const node = () => ({ routes: reachable ? [{}] : [], expires: now + 1 }) as unknown as KnownNode;
  const watch = createIslandJudge(() => now as Millis, { get: (address) => (address === ROOT ? node() : undefined) });
  return {
    judge: (level: 'RELAY' | 'ROOT', parent?: { island: boolean }) =>
      watch.judge(level, parent, parent === undefined ? [] : [ABOVE, ROOT]),
    pass: (hours: number) => {
      now += hours * HOUR;
    },
    cut: (isCut: boolean) => {
      reachable = !isCut;
    },
  };
};

describe('a node', () => {
  test('that never had a way to the top is none', () => {
    const { judge } = setUp();
    expect(judge('RELAY')).toBe(false);
  });

  test('is one when its way to the top is gone, and not while another leads there', () => {
    const { judge, cut } = setUp();
    expect(judge('RELAY', { island: false })).toBe(false);
    expect(judge('RELAY')).toBe(false);
    cut(true);
    expect(judge('RELAY')).toBe(true);
    cut(false);
    expect(judge('RELAY')).toBe(false);
  });

  test('below one is one', () => {
    const { judge } = setUp();
    expect(judge('RELAY', { island: true })).toBe(true);
  });

  test('at the top is none, and was never cut off from itself', () => {
    const { judge, cut } = setUp();
    judge('RELAY', { island: false });
    cut(true);
    expect(judge('ROOT')).toBe(false);
    expect(judge('RELAY')).toBe(false);
  });

  test('takes what is left for the mesh when the top did not come back for a day', () => {
    const { judge, cut, pass } = setUp();
    judge('RELAY', { island: false });
    cut(true);
    expect(judge('RELAY')).toBe(true);
    pass(23.9);
    expect(judge('RELAY')).toBe(true);
    pass(0.2);
    expect(judge('RELAY')).toBe(false);
  });

  test('counts that day from the last time there was a way', () => {
    const { judge, cut, pass } = setUp();
    judge('RELAY', { island: false });
    cut(true);
    judge('RELAY');
    pass(20);
    judge('RELAY', { island: false });
    expect(judge('RELAY')).toBe(true);
    pass(20);
    expect(judge('RELAY')).toBe(true);
  });
});
