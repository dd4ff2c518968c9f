import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { createTimers } from '#engine/timers.ts';

const at = (millis: number): Millis => millis as Millis;

test('fire in order of time, then of name, each once', () => {
  const timers = createTimers();
  const fired: string[] = [];
  for (const [name, time] of Object.entries({ late: 30, b: 20, a: 20, first: 10 }))
    timers.set(name, at(time), () => fired.push(name));
  expect(timers.next()).toBe(10);
  timers.fireDue(at(9));
  expect(fired).toEqual([]);
  timers.fireDue(at(25));
  expect(fired).toEqual(['first', 'a', 'b']);
  timers.fireDue(at(25));
  expect(timers.next()).toBe(30);
  timers.cancel('late');
  expect(timers.next()).toBeUndefined();
});

test('a name has one time: set moves it, atLatest only forward', () => {
  const timers = createTimers();
  const fired: string[] = [];
  timers.set('x', at(10), () => fired.push('old'));
  timers.set('x', at(20), () => fired.push('new'));
  timers.atLatest('x', at(30), () => fired.push('later'));
  expect(timers.next()).toBe(20);
  timers.atLatest('x', at(15), () => fired.push('sooner'));
  timers.fireDue(at(100));
  expect(fired).toEqual(['sooner']);
});

test('one that is cancelled or moved by another in the same moment does not fire', () => {
  const timers = createTimers();
  const fired: string[] = [];
  timers.set('a', at(1), () => {
    fired.push('a');
    timers.cancel('b');
    timers.set('c', at(50), () => fired.push('c, moved'));
    timers.set('d', at(1), () => fired.push('d, new'));
  });
  timers.set('b', at(1), () => fired.push('b'));
  timers.set('c', at(1), () => fired.push('c'));
  timers.fireDue(at(1));
  expect(fired).toEqual(['a']);
  timers.fireDue(at(60));
  expect(fired).toEqual(['a', 'd, new', 'c, moved']);
});

test('times are whole milliseconds, never too early', () => {
  const timers = createTimers();
  timers.set('x', at(10.2), () => undefined);
  expect(timers.next()).toBe(11);
});

test('the earliest is always the earliest of those that wait, however they were set, moved and cancelled', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom('set', 'atLatest'), name: fc.nat({ max: 5 }), at: fc.nat({ max: 40 }) }),
    fc.record({ do: fc.constant('cancel'), name: fc.nat({ max: 5 }), at: fc.constant(0) }),
    fc.record({ do: fc.constantFrom('fireDue', 'bringForward'), name: fc.constant(0), at: fc.nat({ max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const timers = createTimers();
      const model = new Map<string, number>();
      for (const { do: what, name: number, at: time } of steps) {
        const name = `${number}`;
        const present = model.get(name);
        if (what === 'set' || (what === 'atLatest' && (present === undefined || present > time))) model.set(name, time);
        if (what === 'set') timers.set(name, at(time), () => model.delete(name));
        else if (what === 'atLatest') timers.atLatest(name, at(time), () => model.delete(name));
        else if (what === 'cancel') {
          timers.cancel(name);
          model.delete(name);
        } else if (what === 'fireDue') timers.fireDue(at(time));
        else {
          timers.bringForward(time);
          for (const [other, due] of model) model.set(other, due - time);
        }
        if (what === 'fireDue') expect([...model.values()].filter((due) => due <= time)).toEqual([]);
        expect(timers.next()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
      }
    }),
  );
});
