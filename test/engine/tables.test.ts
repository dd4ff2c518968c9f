/** What an engine tells of its tables: each once, with a bound, empty at first, and never beyond it. */
import { describe, expect, test } from 'vitest';
import { createTables, largest } from '#engine/tables.ts';
import { createSimNode } from '#sim/sim-node.ts';
import { createWorld } from '#sim/world.ts';

describe('an engine that begins', () => {
  test.each(['leaf', 'relay'] as const)('names every table once (%s)', (role) => {
    const tables =
      createSimNode(createWorld({ seed: 1, nodes: 1 }), 0, { role })
        .engine()
        ?.views.tables() ?? [];
    const names = tables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['identities', 'announcements', 'bundles', 'outbox', 'rumours']));
    expect(tables.filter(({ entries, bound }) => entries > bound)).toEqual([]);
  });
});

test('a bound that depends on something is read when it is asked for', () => {
  const tables = createTables();
  let links = 1;
  tables.add(
    'timers',
    () => 4 * links,
    () => 3,
  );
  links = 5;
  expect(tables.sizes()).toEqual([{ name: 'timers', entries: 3, bound: 20 }]);
});

test('the largest of nothing is zero', () => {
  expect(largest(['a', 'abc', 'ab'], ({ length }) => length)).toBe(3);
  expect(largest<string>([], ({ length }) => length)).toBe(0);
});
