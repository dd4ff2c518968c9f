/** Every scenario at a size that a test can play, and what programs and people read of it. */
import { describe, expect, test } from 'vitest';
import { play, SCENARIOS, toJson, toTable } from '#sim/main.ts';

/** Whole worlds are played: a busy machine may take its time. */
const PATIENCE_MS = 300_000;

describe.each(SCENARIOS)('$name', (scenario) => {
  test(
    'reaches its goals when it is small, and says so',
    async () => {
      const played = await play(scenario, { seed: 1, size: 'small' });
      expect(played.goals.filter(({ met }) => !met)).toEqual([]);
      expect(played.goals.length).toBeGreaterThan(0);
      const read = JSON.parse(toJson(played));
      expect(read).toMatchObject({ scenario: scenario.name, seed: 1, nodes: scenario.sizes.small, ok: true });
      for (const { name, goal, measured } of played.goals)
        expect(read.goals[name]).toEqual({ goal, measured, met: true });
      expect(toTable(played)).toContain(played.traceHash);
    },
    PATIENCE_MS,
  );
});

test('names are plain and different', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/);
});
