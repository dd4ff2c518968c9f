/** The table of paths: two at most, none that could lead back here, and a flood of new names pushes nobody out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { NODE_TTL } from '#core/domain/limits.ts';
import { decodeNodeAnnounce, type NodeAnnounce } from '#core/wire/node-announce.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createNodeBook, type NodeBook } from '#engine/mesh/node-book.ts';
import { announceAt } from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createHarness } from '#test/engine/step-harness.ts';

const BEGIN = Date.UTC(2026, 10, 23, 9, 0);
const SIGNER = createSigner(1);
const name = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
const at = (time: number): Millis => time as Millis;

const put = (book: NodeBook, address: NodeAddress, issued: number, now: number): boolean => {
  const envelope = announceAt(SIGNER, issued);
  const announce = decodeNodeAnnounce(envelope.payload);
  if (!announce.ok) throw new Error(announce.code);
  return book.put(address, announce.value satisfies NodeAnnounce, envelope, `${issued}` as MessageId, at(now));
};
const harness = createHarness();
const PEERS: readonly Peer[] = Array.from({ length: 12 }, () => harness.link());
const peer = (index: number): Peer => {
  const found = PEERS[index];
  if (found === undefined) throw new RangeError(`no peer ${index}`);
  return found;
};
const hopsTo = (book: NodeBook, address: NodeAddress) => book.get(address)?.routes.map(({ hops }) => hops);

describe('paths to a node', () => {
  test('are two at most, by different neighbours, the first to tell in front', () => {
    const book = createNodeBook(10);
    put(book, name(1), BEGIN, BEGIN);
    const added = [0, 0, 1, 2].map((index) => book.addRoute(name(1), { peer: peer(index), hops: 3 }));
    expect(added).toEqual([true, false, true, false]);
    expect(book.get(name(1))?.routes.map((route) => route.peer)).toEqual([peer(0), peer(1)]);
    expect(book.get(name(1))?.told.map((route) => route.peer)).toEqual([peer(0), peer(1), peer(2)]);
  });
  test('lead over nobody who is further away than we are, but as far is good enough', () => {
    const book = createNodeBook(10);
    put(book, name(1), BEGIN, BEGIN);
    book.addRoute(name(1), { peer: peer(0), hops: 3 });
    expect(book.addRoute(name(1), { peer: peer(1), hops: 5 })).toBe(false);
    expect(book.addRoute(name(1), { peer: peer(2), hops: 4 })).toBe(true);
    expect(hopsTo(book, name(1))).toEqual([3, 4]);
  });
  test('that did not work make room for others, and without any the next one will do', () => {
    const book = createNodeBook(10);
    put(book, name(1), BEGIN, BEGIN);
    book.addRoute(name(1), { peer: peer(0), hops: 2 });
    book.dropRoute(name(1), peer(1));
    expect(hopsTo(book, name(1))).toEqual([2]);
    book.dropRoute(name(1), peer(0));
    expect(book.addRoute(name(1), { peer: peer(1), hops: 7 })).toBe(true);
    // Who told of it still knows it.
    expect(book.get(name(1))?.told.length).toBe(2);
  });
  test('begin anew with a later announcement, and end with their link', () => {
    const book = createNodeBook(10);
    put(book, name(1), BEGIN, BEGIN);
    book.addRoute(name(1), { peer: peer(0), hops: 2 });
    put(book, name(1), BEGIN + 1_000, BEGIN + 1_000);
    expect([book.get(name(1))?.routes, book.get(name(1))?.told]).toEqual([[], []]);
    book.addRoute(name(1), { peer: peer(0), hops: 2 });
    book.addRoute(name(1), { peer: peer(1), hops: 2 });
    book.dropPeer(peer(0));
    expect(book.get(name(1))?.routes.map((route) => route.peer)).toEqual([peer(1)]);
    expect(book.get(name(1))?.told.map((route) => route.peer)).toEqual([peer(1)]);
  });
  test('to somebody unknown are none', () => {
    const book = createNodeBook(10);
    expect(book.addRoute(name(1), { peer: peer(0), hops: 1 })).toBe(false);
    book.dropRoute(name(1), peer(0));
    expect(book.size).toBe(0);
  });
});

describe('a full table', () => {
  test('keeps who is known, takes their news, and refuses others until somebody has ended', () => {
    const book = createNodeBook(2);
    put(book, name(1), BEGIN, BEGIN);
    put(book, name(2), BEGIN + 60_000, BEGIN + 60_000);
    expect(put(book, name(3), BEGIN + 60_000, BEGIN + 60_000)).toBe(false);
    expect(put(book, name(2), BEGIN + 90_000, BEGIN + 90_000)).toBe(true);
    const ended = BEGIN + NODE_TTL;
    expect(put(book, name(3), ended, ended - 1)).toBe(false);
    expect(put(book, name(3), ended, ended)).toBe(true);
    expect([...book.all()].map(({ address }) => address)).toEqual([name(2), name(3)]);
  });
});

test('whatever happens: two paths at most, no neighbour twice, never more nodes than there is room, nobody who is valid lost', () => {
  const node = fc.integer({ min: 0, max: 5 });
  const link = fc.integer({ min: 0, max: 11 });
  const move = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), node, age: fc.integer({ min: 0, max: 1_200_000 }) }),
    fc.record({ kind: fc.constant('add' as const), node, link, hops: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ kind: fc.constant('drop' as const), node, link }),
    fc.record({ kind: fc.constant('gone' as const), link }),
    fc.record({ kind: fc.constant('wait' as const), pause: fc.integer({ min: 0, max: 900_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80 }), (moves) => {
      const book = createNodeBook(4);
      let now = BEGIN;
      for (const one of moves) {
        const valid = [...book.all()].filter(({ expires }) => expires > now).map(({ address }) => address);
        if (one.kind === 'put') put(book, name(one.node), now - one.age, now);
        else if (one.kind === 'add') {
          const before = book.get(name(one.node));
          const isAdded = book.addRoute(name(one.node), { peer: peer(one.link), hops: one.hops });
          if (isAdded) expect(one.hops - 1).toBeLessThanOrEqual(before?.routes[0]?.hops ?? 8);
        } else if (one.kind === 'drop') book.dropRoute(name(one.node), peer(one.link));
        else if (one.kind === 'gone') book.dropPeer(peer(one.link));
        else now += one.pause;
        for (const address of valid) expect(book.get(address)).toBeDefined();
        expect(book.size).toBeLessThanOrEqual(4);
        for (const { routes, told } of book.all()) {
          expect(routes.length).toBeLessThanOrEqual(2);
          expect(told.length).toBeLessThanOrEqual(8);
          for (const list of [routes, told]) expect(new Set(list.map((route) => route.peer)).size).toBe(list.length);
          if (one.kind === 'gone') {
            expect([...routes, ...told].some((route) => route.peer === peer(one.link))).toBe(false);
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});
