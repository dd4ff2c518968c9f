/** Who is dialled: the named ones always, found ones as few as it takes, removed ones never. */
import { describe, expect, test } from 'vitest';
import { ok, refuse } from '#core/result.ts';
import { createDiscovery, type Discovery } from '#host/discovery/discovery.ts';
import type { Driver } from '#host/driver.ts';
import { createDialling } from '#host/node/dialling.ts';
import type { DialOutcome, DiscoverySource, DiscoveryStrategy } from '#ports/discovery.ts';
import type { Dialer, LinkHandlers } from '#ports/transport.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const NAMED = 'https://relay.named.example';

/** Relays that answer while they are in `up`, over real dialling in virtual time. */
const setUp = (
  named: string[],
  found: Partial<Record<DiscoverySource, string[]>>,
  down: readonly string[] = [],
  most?: number,
) => {
  const clock = createVirtualClock();
  const all = [...named, ...Object.values(found).flat()];
  const up = new Set(all.filter((origin) => !down.includes(origin)));
  const removed = new Set<string>();
  const dials: string[] = [];
  const heard: [string, DialOutcome][] = [];
  const ends = new Map<string, LinkHandlers['onEnd']>();
  const dialer: Dialer = {
    transport: 'memory',
    dial: async ({ origin }, handlers) => {
      dials.push(origin);
      if (!up.has(origin)) return refuse('unreachable');
      ends.set(origin, handlers.onEnd);
      return ok({ transport: 'memory', remote: origin, send: () => true, close: () => undefined });
    },
  };
  const driver: Pick<Driver, 'attach'> = {
    attach: (connect) => connect({ onFrame: () => undefined, onEnd: () => undefined }),
  };
  let byte = 0;
  const random = { bytes: (count: number) => new Uint8Array(count).map(() => (byte = (byte * 5 + 3) % 256)) };
  const dialling = createDialling({ driver, dialer, clock, random, onChange: () => discovery.refresh() });
  const strategy = (source: DiscoverySource, origins: () => readonly string[]): DiscoveryStrategy => ({
    source,
    candidates: () => origins().map((origin) => ({ origin, confidence: 0.5 })),
    heard: (origin, outcome) => void (source === 'static' && heard.push([origin, outcome])),
  });
  const strategies = [
    strategy('static', () => named),
    ...(['cached', 'rendezvous'] as const).map((source) => strategy(source, () => found[source] ?? [])),
  ];
  const discovery: Discovery = createDiscovery({
    strategies,
    dialling,
    isRemoved: (origin) => removed.has(origin),
    clock,
    random,
    ...(most === undefined ? {} : { most }),
  });
  discovery.refresh();
  const linked = (): string[] =>
    dialling
      .status()
      .filter(({ state }) => state === 'connected')
      .map(({ origin }) => origin);
  const go = (origin: string): void => {
    up.delete(origin);
    ends.get(origin)?.('lost');
  };
  return { clock, up, removed, dials, heard, dialling, discovery, linked, go };
};

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `https://r.op${index}.example`);

describe('how many are dialled', () => {
  test('a second beside the named one, and no third when there are two operators', async () => {
    const { clock, linked, dials, discovery } = setUp([NAMED], { cached: many(5) });
    await clock.run(60_000);
    expect(linked()).toHaveLength(2);
    expect(linked()[0]).toBe(NAMED);
    expect(dials).toHaveLength(2);
    expect([discovery.isFound(NAMED), discovery.isFound(dials[1] ?? '')]).toEqual([false, true]);
  });

  test('all that are named, however many, and no other', async () => {
    const named = many(6);
    const { clock, linked } = setUp(named, { cached: ['https://other.example'] });
    await clock.run(60_000);
    expect(linked()).toEqual(named);
  });

  test('a third when the first two are one operator’s, if another is known', async () => {
    const named = ['https://a.one.example', 'https://b.one.example'];
    const { clock, linked } = setUp(named, {
      rendezvous: ['https://c.one.example', 'https://two.org', 'https://three.net'],
    });
    await clock.run(60_000);
    expect(linked()).toHaveLength(3);
    expect(linked()).not.toContain('https://c.one.example');
    const alone = setUp(named, { rendezvous: ['https://c.one.example'] });
    await alone.clock.run(60_000);
    expect(alone.linked()).toEqual(named);
  });

  test('where more are allowed, one of a second operator beside any number of the first, and no other', async () => {
    const named = ['a', 'b', 'c', 'd'].map((name) => `https://${name}.one.example`);
    const others = { cached: ['https://e.one.example', 'https://two.org', 'https://three.net'] };
    const plain = setUp(named, others);
    await plain.clock.run(60_000);
    expect(plain.linked()).toEqual(named);
    const { clock, linked } = setUp(named, others, [], 32);
    await clock.run(60_000);
    expect(linked()).toHaveLength(5);
    expect(linked()).not.toContain('https://e.one.example');
  });

  test('of two operators where there are two, although one has the better names', async () => {
    const { clock, linked } = setUp([], {
      cached: ['https://a.one.example', 'https://b.one.example'],
      rendezvous: ['https://two.org'],
    });
    await clock.run(60_000);
    expect(linked()).toHaveLength(2);
    expect(linked()).toContain('https://two.org');
  });
});

describe('when relays go', () => {
  test('without its named relay a node starts with the one that it remembers', async () => {
    const remembered = 'https://remembered.org';
    const { clock, linked, up } = setUp([NAMED], { cached: [remembered] }, [NAMED]);
    await clock.until(() => linked().includes(remembered), 1_000);
    await clock.run(600_000);
    expect(linked()).toEqual([remembered]);
    up.add(NAMED);
    await clock.run(70_000);
    expect(linked()).toContain(NAMED);
  });

  test('a found one that is lost for long is replaced, and one that never answers is left alone for a while', async () => {
    const { clock, linked, go, dials } = setUp([NAMED], { cached: many(4) });
    await clock.run(60_000);
    const second = linked()[1] ?? '';
    go(second);
    await clock.run(30_000);
    expect(linked()).toHaveLength(2);
    expect(linked()).not.toContain(second);
    const before = dials.filter((origin) => origin === second).length;
    await clock.run(300_000);
    expect(dials.filter((origin) => origin === second)).toHaveLength(before);
  });

  test('when the named ones are back, nobody who was found in between stays beyond three', async () => {
    const named = ['https://n1.example', 'https://n2.org', 'https://n3.net'];
    const { clock, linked, up, discovery } = setUp(named, { cached: many(3) }, named);
    await clock.run(60_000);
    expect(linked().every((origin) => discovery.isFound(origin))).toBe(true);
    expect(linked()).toHaveLength(2);
    for (const origin of named) up.add(origin);
    await clock.run(120_000);
    expect(linked()).toEqual(named);
  });

  test('without a network nobody is blamed, and all is tried again soon after it is back', async () => {
    const all = [NAMED, ...many(2)];
    const { clock, linked, up, heard } = setUp([NAMED], { cached: many(2) }, all);
    await clock.run(300_000);
    expect(heard).toEqual([]);
    for (const origin of all) up.add(origin);
    await clock.run(70_000);
    expect(linked()).toHaveLength(2);
  });

  test('who does not answer while others do is told of, once for each failure', async () => {
    const { clock, heard } = setUp([NAMED], { cached: ['https://gone.org'] }, ['https://gone.org']);
    await clock.run(60_000);
    expect(heard).toEqual([
      [NAMED, 'linked'],
      ['https://gone.org', 'failed'],
    ]);
  });
});

describe('what a person decides', () => {
  test('a removed relay is dialled no more, whoever names it', async () => {
    const bad = 'https://bad.org';
    const { clock, dials, removed, dialling, linked, discovery } = setUp([NAMED], { cached: [bad], rendezvous: [bad] });
    await clock.run(1_000);
    expect(linked()).toContain(bad);
    removed.add(bad);
    dialling.remove(bad);
    const before = dials.length;
    discovery.refresh();
    await clock.run(3_600_000);
    expect(dials).toHaveLength(before);
    expect(linked()).toEqual([NAMED]);
  });

  test('a found relay that is named later is a named one', async () => {
    const named = [NAMED];
    const { clock, linked, discovery } = setUp(named, { cached: ['https://other.org'] });
    await clock.run(1_000);
    expect(discovery.isFound('https://other.org')).toBe(true);
    named.push('https://other.org');
    discovery.refresh();
    expect(discovery.isFound('https://other.org')).toBe(false);
    expect(linked()).toEqual([NAMED, 'https://other.org']);
  });

  test('a named relay that is named no more is a found one, and goes when there are too many', async () => {
    const named = many(4);
    const { clock, linked, discovery } = setUp(named, {});
    await clock.run(1_000);
    const last = named.pop() ?? '';
    discovery.refresh();
    expect(linked()).toEqual(named);
    const kept = named.pop() ?? '';
    discovery.refresh();
    expect(linked()).toEqual([...named, kept]);
    expect([discovery.isFound(kept), discovery.isFound(last)]).toEqual([true, false]);
  });

  test('after the stop nothing is dialled', async () => {
    const { clock, discovery, dialling, dials } = setUp([NAMED], { cached: many(3) });
    discovery.stop();
    dialling.stop();
    const before = dials.length;
    await clock.run(600_000);
    expect(dials).toHaveLength(before);
  });
});
