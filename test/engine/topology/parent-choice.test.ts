import { describe, expect, test } from 'vitest';
import { createParentChoice, PARENT_RULES, type ParentChoice } from '#engine/topology/parent-choice.ts';
import { LEAF, ms, node, relay } from '#test/engine/topology/parents.ts';

/** Under parent 1 since 0. */
const settled = (): ParentChoice => {
  const choice = createParentChoice(PARENT_RULES);
  choice.update(ms(0), LEAF, [relay(1, 0.5)]);
  return choice;
};

describe('the first parent', () => {
  test('is the best at once, whatever the order', () => {
    for (const candidates of [
      [relay(1, 0.4), relay(2, 0.6)],
      [relay(2, 0.6), relay(1, 0.4)],
    ]) {
      const choice = createParentChoice(PARENT_RULES);
      const view = choice.update(ms(0), LEAF, candidates);
      expect(view).toEqual({ parent: node(2), joining: undefined, standby: node(1), change: 'first' });
    }
  });

  test('is the lower address among the same, and nobody among nobody', () => {
    const choice = createParentChoice(PARENT_RULES);
    expect(choice.update(ms(0), LEAF, []).change).toBe('none');
    expect(choice.update(ms(1), LEAF, [relay(7, 0.5), relay(3, 0.5)]).parent).toBe(node(3));
    expect(choice.counts).toEqual({ changes: 0, losses: 0, flaps: 0 });
  });
});

describe('a better parent', () => {
  test('must be better by more than 10 %', () => {
    const choice = settled();
    expect(choice.update(ms(60_000), LEAF, [relay(1, 0.5), relay(2, 0.55)]).joining).toBeUndefined();
    expect(choice.update(ms(60_001), LEAF, [relay(1, 0.5), relay(2, 0.56)]).joining).toBe(node(2));
  });

  test('must wait until the dwell time is over', () => {
    const choice = settled();
    const both = [relay(1, 0.2), relay(2, 0.9)];
    expect(choice.update(ms(29_999), LEAF, both).joining).toBeUndefined();
    expect(choice.update(ms(30_000), LEAF, both).joining).toBe(node(2));
  });

  test('is the parent only when it has confirmed: make before break', () => {
    const choice = settled();
    const both = [relay(1, 0.2), relay(2, 0.9)];
    expect(choice.update(ms(30_000), LEAF, both)).toMatchObject({ parent: node(1), change: 'none' });
    expect(choice.confirmed(ms(30_100), node(3))).toMatchObject({ parent: node(1), change: 'none' });
    const view = choice.confirmed(ms(30_200), node(2));
    expect(view).toMatchObject({ parent: node(2), joining: undefined, change: 'better' });
    expect(choice.update(ms(30_300), LEAF, both)).toMatchObject({ standby: node(1), change: 'none' });
    expect(choice.counts).toEqual({ changes: 1, losses: 0, flaps: 1 });
  });

  test('that does not confirm is not asked again for a dwell time, and others are meanwhile', () => {
    const choice = settled();
    const three = [relay(1, 0.2), relay(2, 0.9), relay(3, 0.8)];
    expect(choice.update(ms(30_000), LEAF, three).joining).toBe(node(2));
    expect(choice.update(ms(34_999), LEAF, three).joining).toBe(node(2));
    expect(choice.update(ms(35_000), LEAF, three)).toMatchObject({ parent: node(1), joining: node(3) });
    expect(choice.confirmed(ms(35_001), node(2)).change).toBe('none');
    expect(choice.update(ms(40_000), LEAF, three).joining).toBeUndefined();
    expect(choice.update(ms(65_000), LEAF, three).joining).toBe(node(2));
  });

  test('that goes away before it confirms leaves everything as it was', () => {
    const choice = settled();
    choice.update(ms(30_000), LEAF, [relay(1, 0.2), relay(2, 0.9)]);
    expect(choice.update(ms(30_100), LEAF, [relay(1, 0.2)])).toMatchObject({ parent: node(1), joining: undefined });
    expect(choice.update(ms(30_200), LEAF, [relay(1, 0.2), relay(2, 0.9)]).joining).toBe(node(2));
  });

  test('of an upper level comes before a better one among equals, after the dwell time', () => {
    const own = { ...LEAF, level: 'KIOSK' } as const;
    const equal = relay(1, 0.9, { level: 'KIOSK' });
    const choice = createParentChoice(PARENT_RULES);
    expect(choice.update(ms(0), own, [equal]).change).toBe('first');
    const both = [equal, relay(2, 0.1)];
    expect(choice.update(ms(1_000), own, both)).toMatchObject({ parent: node(1), joining: undefined });
    expect(choice.update(ms(30_000), own, both).joining).toBe(node(2));
    choice.confirmed(ms(30_001), node(2));
    expect(choice.update(ms(90_000), own, both).joining).toBeUndefined();
  });
});

describe('a parent that is gone', () => {
  test('is replaced by the standby at once, though another is better and the dwell time runs', () => {
    const choice = createParentChoice(PARENT_RULES);
    const group = { group: 'one' };
    const [first, second, third] = [relay(1, 0.9, group), relay(2, 0.8, group), relay(3, 0.2)];
    expect(choice.update(ms(0), LEAF, [first, second, third]).standby).toBe(node(3));
    const view = choice.update(ms(1), LEAF, [second, third]);
    expect(view).toMatchObject({ parent: node(3), standby: node(2), change: 'lost' });
    expect(choice.counts).toEqual({ changes: 1, losses: 1, flaps: 0 });
  });

  test('while another was joining is replaced by that one', () => {
    const choice = settled();
    choice.update(ms(30_000), LEAF, [relay(1, 0.2), relay(2, 0.9), relay(3, 0.8)]);
    expect(choice.update(ms(30_001), LEAF, [relay(2, 0.9), relay(3, 0.8)])).toMatchObject({
      parent: node(2),
      change: 'lost',
    });
    expect(choice.confirmed(ms(30_002), node(2)).change).toBe('none');
  });

  test('without a successor leaves none, until one comes', () => {
    const choice = settled();
    expect(choice.update(ms(1), LEAF, [])).toMatchObject({ parent: undefined, standby: undefined, change: 'lost' });
    expect(choice.update(ms(2), LEAF, []).change).toBe('none');
    expect(choice.update(ms(3), LEAF, [relay(2, 0.1)])).toMatchObject({ parent: node(2), change: 'first' });
  });

  test('is one that came below this node, sank below its level, or hangs from it', () => {
    for (const fields of [{ isChild: true }, { path: [node(9), LEAF.address] }, { level: 'LEAF' } as const]) {
      const choice = settled();
      const own = { ...LEAF, level: 'KIOSK' } as const;
      expect(choice.update(ms(1), own, [relay(1, 0.5, fields), relay(2, 0.1)])).toMatchObject({
        parent: node(2),
        change: 'lost',
      });
    }
  });
});

describe('who may be a parent', () => {
  const chosen = (...candidates: Parameters<ParentChoice['update']>[2]) =>
    createParentChoice(PARENT_RULES).update(ms(0), { ...LEAF, address: node(5), level: 'RELAY' }, candidates).parent;

  test('never the node itself, its child, who hangs from it, or who stands below it', () => {
    expect(chosen(relay(5, 1, { level: 'ROOT' }))).toBeUndefined();
    expect(chosen(relay(1, 1, { isChild: true }))).toBeUndefined();
    expect(chosen(relay(1, 1, { level: 'ROOT', path: [node(2), node(3), node(4), node(5)] }))).toBeUndefined();
    expect(chosen(relay(1, 1, { level: 'KIOSK' }))).toBeUndefined();
  });

  test('among equals who leads, and then the lower address', () => {
    expect(chosen(relay(6, 1))).toBeUndefined();
    expect(chosen(relay(4, 0.1), relay(6, 1))).toBe(node(4));
    expect(chosen(relay(6, 1, { role: 'ELECTED' }))).toBe(node(6));
    expect(chosen(relay(4, 0.1), relay(9, 0.05, { level: 'ROOT' }))).toBe(node(9));
  });
});

describe('the standby', () => {
  const standby = (...others: Parameters<ParentChoice['update']>[2]) =>
    createParentChoice(PARENT_RULES).update(ms(0), LEAF, [relay(1, 1, { group: 'one' }), ...others]).standby;

  test('is of another group before it is good', () => {
    expect(standby(relay(2, 0.9, { group: 'one' }), relay(3, 0.1))).toBe(node(3));
    expect(standby(relay(2, 0.9, { group: 'one' }))).toBe(node(2));
  });

  test('does not hang below the parent where another does not', () => {
    const below = relay(3, 0.9, { path: [node(8), node(1)] });
    expect(standby(below, relay(2, 0.1, { group: 'one' }))).toBe(node(2));
    expect(standby(below)).toBe(node(3));
  });

  test('stays while another is not clearly better', () => {
    const choice = createParentChoice(PARENT_RULES);
    const update = (now: number, score: number) =>
      choice.update(ms(now), LEAF, [relay(1, 1), relay(2, 0.5), relay(3, score)]).standby;
    expect(update(0, 0.4)).toBe(node(2));
    expect(update(1, 0.54)).toBe(node(2));
    expect(update(2, 0.56)).toBe(node(3));
    expect(update(3, 0.47)).toBe(node(3));
    expect(update(4, 0.4)).toBe(node(2));
  });
});
