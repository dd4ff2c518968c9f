/** Pushing what is new: three neighbours at once, the others in rounds, and nobody who has it. */
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { LEAF_LIMITS } from '#engine/config.ts';
import type { Effect } from '#engine/effect.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { Standing } from '#engine/records/standing.ts';
import { createGossip, FAN_OUT, LARGE_FAN_OUT } from '#engine/sync/gossip.ts';
import { createHarness, ofKind } from '#test/engine/step-harness.ts';

const INTERVAL = 50 as Millis;
const FRAME = Uint8Array.of(1, 2, 3);

const setUp = ({ neighbours = 0, leaves = 0, serves = false, news = 2_000 }) => {
  const harness = createHarness({
    ...LEAF_LIMITS,
    newsPerLink: { ...LEAF_LIMITS.newsPerLink, known: { burst: news, perSecond: 10 } },
  });
  const peers = [
    ...Array.from({ length: neighbours }, () => harness.link({ relay: true, dialled: true })),
    ...Array.from({ length: leaves }, () => harness.link({ relay: false, dialled: false })),
  ];
  const from = harness.link({ relay: true, dialled: true });
  const table: Pick<PeerTable, 'ready'> = { ready: () => [...peers, from] };
  const gossip = createGossip(harness.context, { peers: table as PeerTable, serves, interval: INTERVAL });
  const linksOf = (effects: readonly Effect[]): number[] => ofKind(effects, 'send').map(({ link }) => link);
  return { ...harness, peers, from, gossip, linksOf };
};

describe('a new record', () => {
  test('goes to three neighbours at once, to three more each round, to each once, never back', () => {
    const { gossip, step, wait, from, peers, linksOf } = setUp({ neighbours: 8 });
    const rounds = [step(() => gossip.spread('a', FRAME, from)), wait(INTERVAL), wait(INTERVAL), wait(INTERVAL)];
    expect(rounds.map((effects) => linksOf(effects).length)).toEqual([FAN_OUT, FAN_OUT, 2, 0]);
    expect(rounds.flatMap(linksOf).sort()).toEqual(peers.map(({ link }) => link).sort());
  });
  test('does not go to a neighbour that sent it meanwhile, or is gone', () => {
    const { gossip, step, wait, from, peers, linksOf } = setUp({ neighbours: 8 });
    const told = linksOf(step(() => gossip.spread('a', FRAME, from)));
    const [heard, gone, ...left] = peers.filter(({ link }) => !told.includes(link)) as [Peer, Peer, ...Peer[]];
    step(() => {
      gossip.heard('a', heard);
      gossip.heard('another', left[0] as Peer);
      gossip.close(gone);
    });
    expect(linksOf([...wait(INTERVAL), ...wait(INTERVAL)]).sort()).toEqual(left.map(({ link }) => link).sort());
  });
  test('goes from a relay to all whom it serves at once', () => {
    const { gossip, step, from, linksOf } = setUp({ neighbours: 5, leaves: 40, serves: true });
    expect(linksOf(step(() => gossip.spread('a', FRAME, from)))).toHaveLength(40 + FAN_OUT);
  });
  test('waits for nobody when there are more rumours than are kept', () => {
    const { gossip, step, from, linksOf } = setUp({ neighbours: 8 });
    step(() => {
      for (let n = 0; n < 1_024; n++) gossip.spread(`rumour ${n}`, FRAME, from);
    });
    expect(linksOf(step(() => gossip.spread('one more', FRAME, from)))).toHaveLength(8);
  });
  test('goes to one neighbour a round when it is large, and to many where there are many', () => {
    const large = new Uint8Array(8_000);
    const few = setUp({ neighbours: 4 });
    expect(few.linksOf(few.step(() => few.gossip.spread('a', large, few.from)))).toHaveLength(LARGE_FAN_OUT);
    expect(few.linksOf(few.wait(INTERVAL))).toHaveLength(LARGE_FAN_OUT);
    const many = setUp({ neighbours: 160 });
    expect(many.linksOf(many.step(() => many.gossip.spread('a', FRAME, many.from)))).toHaveLength(10);
    expect(Array.from({ length: 15 }, () => many.linksOf(many.wait(INTERVAL))).flat()).toHaveLength(150);
  });
  test('lets everything else go first when a stranger signed it, and strangers have no more than their share', () => {
    const { gossip, step, from } = setUp({ neighbours: 2 });
    const lanes = (key: string, standing?: Standing) =>
      ofKind(
        step(() => gossip.spread(key, FRAME, from, standing)),
        'send',
      ).map(({ lane }) => lane);
    expect(lanes('of a stranger', 'stranger')).toEqual(['bulk', 'bulk']);
    expect(lanes('of a known key', 'known')).toEqual(['prompt', 'prompt']);
    const { burst } = LEAF_LIMITS.newsPerLink.stranger;
    const strangers = Array.from({ length: burst + 5 }, (_, n) => lanes(`stranger ${n}`, 'stranger').length);
    expect(strangers.filter((count) => count > 0)).toHaveLength(burst - 1);
    expect(lanes('of a practice', 'vouched')).toEqual(['prompt', 'prompt']);
  });
  test('is left to synchronisation when its link brings more than is pushed on, and only then', () => {
    const { gossip, step, wait, from, peers, linksOf } = setUp({ neighbours: 3, news: 5 });
    const spread = (n: number, link: Peer) => linksOf(step(() => gossip.spread(`rumour ${n}`, FRAME, link))).length > 0;
    expect(Array.from({ length: 8 }, (_, n) => spread(n, from))).toEqual([
      ...Array(5).fill(true),
      ...Array(3).fill(false),
    ]);
    expect(spread(8, peers[0] as Peer)).toBe(true);
    wait(100);
    expect([spread(9, from), spread(10, from)]).toEqual([true, false]);
  });
});
