/** A relay process that is killed while bundles come in: whatever it gave custody of is there afterwards. */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSystemRng } from '#adapters/system/rng.ts';
import type { Bucket, MessageId, Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { decodeCustody } from '#core/wire/custody.ts';
import { decodeEnvelope } from '#core/wire/envelope.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodeListen } from '#core/wire/listen.ts';
import type { Link } from '#ports/transport.ts';
import { createSocketDialer } from '#relay/dial/socket-dialer.ts';
import { openLevelStore } from '#relay/store/level-store.ts';
import { buildRelay, type RelayProcess, startRelayProcess } from '#test/relay/relay-process.ts';

const KILLS = 20;
/** Below what one address may leave at once. */
const BUNDLES = 150;
const random = createSystemRng();
let folder: string;
let bundle: Awaited<ReturnType<typeof buildRelay>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terminfunk-relay-crash-'));
  mkdirSync(join(folder, 'app'));
  await writeFile(join(folder, 'app/index.html'), '<!doctype html><title>relay</title>');
  await writeFile(join(folder, 'relay.json'), JSON.stringify({ app: 'app', data: 'data', port: 0 }));
  bundle = await buildRelay('test-relay-process');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(bundle.folder, { recursive: true, force: true });
});

const startRelay = (): Promise<RelayProcess> =>
  startRelayProcess(bundle.file, ['--config', join(folder, 'relay.json'), '--no-webtransport']);

const createBundle = (): Uint8Array =>
  encodeBundle({
    kind: 'bundle',
    bucket: (random.bytes(1)[0] ?? 0) as Bucket,
    created: toWireMinute(Date.now() as Millis),
    commitment: random.bytes(8),
    body: random.bytes(339),
  });

/** Leaves bundles until the relay has given custody of `enough`, then kills it; returns what it acknowledged. */
const loadAndKill = async ({ child, origin }: RelayProcess, enough: number): Promise<Set<MessageId>> => {
  const acknowledged = new Set<MessageId>();
  const ended = once(child, 'exit');
  const onFrame = (frame: Uint8Array): void => {
    if (frame[0] !== KIND.broadcast) return;
    const envelope = decodeEnvelope(frame);
    const custody = envelope.ok ? decodeCustody(envelope.value.payload) : envelope;
    if (custody.ok) for (const id of custody.value.ids) acknowledged.add(id);
    if (acknowledged.size >= enough) child.kill('SIGKILL');
  };
  const dialled = await createSocketDialer().dial({ origin }, { onFrame, onEnd: () => undefined });
  if (!dialled.ok) throw new Error(dialled.code);
  const link: Link = dialled.value;
  const hello = { kind: 'hello', clock: Date.now() as Millis, wantsSync: false, salt: random.bytes(8) } as const;
  link.send(encodeHello({ ...hello, relay: undefined }));
  link.send(encodeListen({ kind: 'listen', buckets: new Uint8Array(32) }));
  const sent = new Set<MessageId>();
  for (let index = 0; index < BUNDLES; index++) {
    const bundle = createBundle();
    sent.add(messageIdOf(bundle));
    link.send(bundle);
    // In several turns, so that the kill meets every part of the relay's work.
    if (index % 10 === 9) await new Promise((turn) => setTimeout(turn, 1));
  }
  await ended;
  link.close('closed');
  for (const id of acknowledged) expect(sent.has(id)).toBe(true);
  return acknowledged;
};

test(`nothing that it gave custody of is lost, ${KILLS} times`, { timeout: 300_000 }, async () => {
  const acknowledged = new Set<MessageId>();
  for (let kill = 0; kill < KILLS; kill++) {
    const relay = await startRelay();
    for (const id of await loadAndKill(relay, 1 + ((kill * 37) % (BUNDLES - 10)))) acknowledged.add(id);
    const store = await openLevelStore(join(folder, 'data/store'));
    const kept = new Set((await store.entries('bundles')).map(({ key }) => key.slice(2)));
    await store.close();
    expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
  }
  expect(acknowledged.size).toBeGreaterThan(KILLS);
});
