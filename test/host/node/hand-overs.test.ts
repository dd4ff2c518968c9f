/** What stands in the code that a phone shows, and what becomes of what a kiosk's camera read. */
import { expect, test } from 'vitest';
import type { Bucket, MessageId, Millis } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { handOverText } from '#core/wire/hand-over.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import { createHandOverCalls } from '#host/node/hand-overs.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const setUp = async () => {
  const clock = createVirtualClock();
  const node = await createTestNode({ role: 'leaf', clock, config: { carries: true } });
  const calls = createHandOverCalls({ run: node.driver.command, views: node.engine.views });
  const bundle = encodeBundle({
    kind: 'bundle',
    bucket: 7 as Bucket,
    created: toWireMinute(clock.now()),
    commitment: new Uint8Array(8),
    body: new Uint8Array(27),
  });
  return { node, calls, bundle };
};

test('a code that was read is kept as the bundle in it, and known the second time', async () => {
  const { node, calls, bundle } = await setUp();
  expect(await calls.takeBrought(handOverText(bundle))).toEqual({ ok: true, value: 'taken' });
  expect([...node.engine.views.outbox()]).toMatchObject([{ frame: bundle }]);
  expect(await calls.takeBrought(handOverText(bundle))).toEqual({ ok: true, value: 'known' });
});

test.each([
  ['https://example.org', 'unknown-kind'],
  ['', 'unknown-kind'],
  ['D1', 'malformed'],
])('another code, %j: %s, and nothing is kept', async (text, code) => {
  const { node, calls } = await setUp();
  expect(await calls.takeBrought(text)).toEqual({ ok: false, code });
  expect([...node.engine.views.outbox()]).toEqual([]);
});

test('a request that waits is shown as it would be sent; one that is not here is not', async () => {
  const { calls, bundle } = await setUp();
  expect(await calls.showSealed('00000000000000a1')).toEqual({ ok: false, code: 'not-found' });
  const entry: OutboxEntry = {
    id: '0'.repeat(32) as MessageId,
    frame: bundle,
    owner: 'request:00000000000000a1',
    notBefore: 0 as Millis,
    expires: 1 as Millis,
    sentAt: undefined,
  };
  const run = () => Promise.resolve({ ok: true, value: '' } as const);
  const waiting = createHandOverCalls({ run, views: { outbox: () => [entry].values() } });
  expect(await waiting.showSealed('00000000000000a1')).toEqual({ ok: true, value: handOverText(bundle) });
  expect(await waiting.showSealed('00000000000000a2')).toEqual({ ok: false, code: 'wrong-state' });
});
