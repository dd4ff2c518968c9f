/** What a neighbour lacks, from nothing but the digest of what it has. */
import { expect, test } from 'vitest';
import type { Region } from '#core/brand.ts';
import { createRecentChanges, MAX_RECENT_CHANGES } from '#engine/air/recent-changes.ts';
import { digestOf } from '#engine/air/region-digest.ts';

const MUNICH = 80 as Region;
const idOf = (number: number): string => number.toString(16).padStart(16, '0');
const said = (ids: readonly string[]) => ({ count: ids.length, digest: digestOf(ids) });

/** Announcements 0 – 4 came long ago; change n announces 100 + n in the place of n modulo 5, or of what took that. */
const play = (changes: number) => {
  const recent = createRecentChanges();
  const states: string[][] = [Array.from({ length: 5 }, (_, n) => idOf(n))];
  for (let n = 0; n < changes; n++) {
    const state = [...(states.at(-1) ?? [])];
    const removed = state.splice(n % 5, 1, idOf(100 + n));
    recent.note(MUNICH, { id: idOf(100 + n), removed });
    states.push(state);
  }
  return { recent, now: states.at(-1) ?? [], states };
};

test('one or two that came lately, in whichever order the others came', () => {
  const { recent, now } = play(5);
  const lacks = (...missed: readonly number[]) => now.map((id, at) => (missed.includes(at) ? idOf(at) : id));
  for (let one = 0; one < 5; one++) {
    expect(recent.guesses(MUNICH, now)(said(lacks(one)))).toEqual([idOf(100 + one)]);
    for (let other = 0; other < one; other++)
      expect(recent.guesses(MUNICH, now)(said(lacks(one, other)))).toEqual([idOf(100 + one), idOf(100 + other)]);
  }
});

test('all since some time but for one that came nevertheless', () => {
  const { recent, now, states } = play(5);
  const one = (states[1] ?? []).toSpliced(3, 1, idOf(103));
  expect(recent.guesses(MUNICH, now)(said(one))).toEqual([idOf(104), idOf(102), idOf(101)]);
});

test('all since some time, and one from before', () => {
  const { recent, now, states } = play(5);
  const one = (states[2] ?? []).toSpliced(0, 1, idOf(0));
  expect(recent.guesses(MUNICH, now)(said(one))).toEqual([idOf(104), idOf(103), idOf(102), idOf(100)]);
});

test('one that was replaced and replaced again is lacked with what came last', () => {
  const { recent, now } = play(7);
  const behind = now.toSpliced(1, 1, idOf(101));
  expect(recent.guesses(MUNICH, now)(said(behind))).toEqual([idOf(106)]);
});

test('what has come newly, what was withdrawn, and how many there are', () => {
  const recent = createRecentChanges();
  recent.note(MUNICH, { id: idOf(1), removed: [] });
  recent.note(MUNICH, { id: idOf(2), removed: [idOf(3)] });
  expect(recent.guesses(MUNICH, [idOf(1), idOf(9)])(said([idOf(9)]))).toEqual([idOf(1)]);
  expect(recent.guesses(MUNICH, [idOf(1), idOf(9)])(said([idOf(1), idOf(3), idOf(9)]))).toEqual([idOf(2)]);
  expect(recent.guesses(MUNICH, [idOf(1), idOf(9)])({ ...said([idOf(9)]), count: 2 })).toBeUndefined();
});

test('who has something that is not here lacks nothing that could be told, nor does who is far behind', () => {
  const { recent, now, states } = play(MAX_RECENT_CHANGES + 4);
  expect(recent.guesses(MUNICH, now)(said(now.toSpliced(0, 1, idOf(999))))).toBeUndefined();
  expect(recent.guesses(MUNICH, now)(said(states[2] ?? []))).toBeUndefined();
  expect(recent.guesses(10 as Region, now)(said(states.at(-2) ?? []))).toBeUndefined();
  expect(recent.most).toBe(MAX_RECENT_CHANGES);
});

test('a large region is looked at for single changes alone', () => {
  const { recent, now } = play(5);
  const old = Array.from({ length: 300 }, (_, n) => idOf(1_000 + n));
  const [one, two] = [now.toSpliced(4, 1, idOf(4)), now.toSpliced(3, 2, idOf(3), idOf(4))];
  expect(recent.guesses(MUNICH, [...now, ...old])(said([...one, ...old]))).toEqual([idOf(104)]);
  expect(recent.guesses(MUNICH, [...now, ...old])(said([...two, ...old]))).toBeUndefined();
});

test('a region that is no longer listened to is forgotten', () => {
  const { recent, now, states } = play(5);
  recent.drop(MUNICH);
  expect(recent.guesses(MUNICH, now)(said(states.at(-2) ?? []))).toBeUndefined();
  expect(recent.most).toBe(0);
});

test('however many stations say something else, nothing is guessed twice; and who is behind is still found', () => {
  const recent = createRecentChanges();
  let made = 0;
  const removed = Object.assign([idOf(9)], {
    *[Symbol.iterator]() {
      made++;
      yield idOf(9);
    },
  });
  recent.note(MUNICH, { id: idOf(1), removed });
  for (let n = 2; n < 6; n++) recent.note(MUNICH, { id: idOf(n), removed: [] });
  const all = [1, 2, 3, 4, 5].map(idOf);
  const lackedBy = recent.guesses(MUNICH, all);
  const isMadeUp = (n: number): boolean => lackedBy(said([...all, idOf(1_000 + n)])) === undefined;
  expect(isMadeUp(0)).toBe(true);
  const once = made;
  expect(once).toBeGreaterThan(0);
  for (let n = 1; n < 100; n++) expect(isMadeUp(n)).toBe(true);
  expect(lackedBy(said(all.slice(0, 4)))).toEqual([idOf(5)]);
  expect(lackedBy(said([...all.slice(1), idOf(9)]))).toEqual([idOf(1)]);
  expect(made).toBe(once);
});
