/**
 * How fast one relay's engine works through events, and what its signature checks cost. The engine does no I/O, so this is
 * the code alone: bundles come in on one link and leave on another, and custody is signed by a signer that costs nothing.
 */
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ed25519 } from '@noble/curves/ed25519.js';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { Bucket, KeyName, LinkId, Millis, WireMinute } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { verifyStrict } from '#core/crypto/ed25519-strict.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { decodeAnnounce, encodeAnnounce } from '#core/wire/announce.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { encodeListen } from '#core/wire/listen.ts';
import { DEFAULT_TIMING, RELAY_LIMITS } from '#engine/config.ts';
import { createEngine, type Engine } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/event.ts';
import { parseState, STATE_TABLES, type StateTables } from '#engine/loaded-state.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import { announcement } from './announcements.ts';
import type { Report } from './row.ts';
import { median, perSecond } from './statistics.ts';

export interface EngineResult {
  readonly stepsPerSecond: number;
  readonly verifyPerSecond: number;
}

const ROUNDS = 5;
const FRAMES = 10_000;
const BUNDLE_BODY_BYTES = 339;
const UNLIMITED = { burst: 1e9, perSecond: 1e9 };
const START = 1_800_000_000_000 as Millis;
const random = createSystemRng();

const bundleFrames = (): Uint8Array[] =>
  Array.from({ length: FRAMES }, (_, index) =>
    encodeBundle({
      kind: 'bundle',
      bucket: (index % 256) as Bucket,
      created: toWireMinute(START),
      commitment: random.bytes(8),
      body: random.bytes(BUNDLE_BODY_BYTES),
    }),
  );

const emptyTables = (): StateTables =>
  Object.fromEntries(STATE_TABLES.map((table) => [table, []])) as unknown as StateTables;

const createRelayEngine = (): Engine => {
  const publicKey = ed25519.getPublicKey(random.bytes(32));
  return createEngine({
    config: {
      role: 'relay',
      identity: { key: 'relay' as KeyName, publicKey, address: addressOf(publicKey) },
      registrars: [],
      limits: { ...RELAY_LIMITS, framesPerLink: UNLIMITED, bundlesPerRemote: UNLIMITED },
      timing: DEFAULT_TIMING,
      padding: 'uniform',
    },
    seed: random.bytes(32),
    state: parseState(emptyTables()),
    now: START,
  });
};

interface Counted {
  steps: number;
  sent: number;
  persisted: number;
}

/** Runs an event and all that it causes at once; signatures are 64 zero bytes, because nobody here checks them. */
const createRunner =
  (engine: Engine, counted: Counted) =>
  (now: Millis, first: EngineEvent): void => {
    const waiting: EngineEvent[] = [first];
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      counted.steps++;
      for (const effect of engine.handle(now, event)) {
        if (effect.kind === 'send') counted.sent++;
        else if (effect.kind === 'persist') counted.persisted += effect.ops.length;
        else if (effect.kind === 'run-crypto' && effect.op.op === 'sign') {
          waiting.push({ kind: 'crypto-done', job: effect.job, outcome: { op: 'sign', value: new Uint8Array(64) } });
        }
      }
    }
  };

/** Steps a second of one round, over a fresh engine. */
const measureSteps = (frames: readonly Uint8Array[]): number => {
  const engine = createRelayEngine();
  const counted: Counted = { steps: 0, sent: 0, persisted: 0 };
  const run = createRunner(engine, counted);
  const [from, to] = [1 as LinkId, 2 as LinkId];
  for (const link of [from, to]) {
    run(START, { kind: 'link-opened', link, remote: `peer ${link}`, dialled: false, capability: 'constrained' });
    const hello = { kind: 'hello', clock: START, wantsSync: false, salt: random.bytes(8), relay: undefined } as const;
    run(START, { kind: 'frame-received', link, frame: encodeHello(hello) });
  }
  const everything = new Uint8Array(32).fill(255);
  run(START, { kind: 'frame-received', link: to, frame: encodeListen({ kind: 'listen', buckets: everything }) });
  const before = { ...counted };
  const begun = performance.now();
  frames.forEach((frame, index) => {
    const now = (START + index) as Millis;
    run(now, { kind: 'frame-received', link: from, frame });
    if ((engine.nextWake() ?? Number.POSITIVE_INFINITY) <= now) run(now, { kind: 'wake' });
  });
  const seconds = (performance.now() - begun) / 1_000;
  if (counted.sent - before.sent < frames.length || counted.persisted - before.persisted < frames.length) {
    throw new Error('the engine did not forward and keep every bundle');
  }
  return (counted.steps - before.steps) / seconds;
};

interface SignedMessage {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const SIGNED = 512;
const SIGNERS = 64;
/** As many checks are under way at once as frames that arrive together. */
const AT_ONCE = 64;

const signedMessages = (): SignedMessage[] => {
  const secrets = Array.from({ length: SIGNERS }, () => random.bytes(32));
  return Array.from({ length: SIGNED }, (_, index) => {
    const secret = secrets[index % SIGNERS]!;
    const message = random.bytes(120);
    return { publicKey: ed25519.getPublicKey(secret), message, signature: ed25519.sign(message, secret) };
  });
};

type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean> | boolean;

const measureVerify = async (verify: Verify, signed: readonly SignedMessage[]): Promise<number> => {
  const begun = performance.now();
  for (let at = 0; at < signed.length; at += AT_ONCE) {
    const batch = signed.slice(at, at + AT_ONCE).map((one) => verify(one.publicKey, one.message, one.signature));
    if ((await Promise.all(batch)).includes(false)) throw new Error('a good signature was refused');
  }
  return (signed.length * 1_000) / (performance.now() - begun);
};

const measureCodec = (report: Report): void => {
  const now = toWireMinute(START) as WireMinute;
  const announcements = Array.from({ length: FRAMES }, (_, index) => announcement(index, now));
  const begun = performance.now();
  const encoded = announcements.map((one) => {
    const bytes = encodeAnnounce(one);
    if (!bytes.ok) throw new Error(bytes.code);
    return bytes.value;
  });
  const between = performance.now();
  const raws = encoded.map((bytes) => Buffer.concat([bytes, Buffer.alloc(64)]));
  const decoding = performance.now();
  if (raws.some((raw) => !decodeAnnounce(raw).ok)) throw new Error('an announcement could not be read back');
  const end = performance.now();
  report({ what: 'announcements encoded', value: perSecond((FRAMES * 1_000) / (between - begun)) });
  report({ what: 'announcements decoded', value: perSecond((FRAMES * 1_000) / (end - decoding)) });
};

export const measureEngine = async (report: Report = () => undefined): Promise<EngineResult> => {
  const frames = bundleFrames();
  measureSteps(frames);
  const folder = await mkdtemp(join(tmpdir(), 'terminfunk-bench-'));
  try {
    const keys = await openFileKeyStore(join(folder, 'keys.json'));
    const crypto = createWebCrypto({ subtle: webcrypto.subtle as SubtleCrypto, keys, random });
    const signed = signedMessages();
    const steps: number[] = [];
    const platform: number[] = [];
    const noble: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      steps.push(measureSteps(frames));
      platform.push(await measureVerify(crypto.verify, signed));
      noble.push(await measureVerify(verifyStrict, signed.slice(0, AT_ONCE)));
    }
    report({ what: 'engine steps (relay, 352-byte bundles between two links)', value: perSecond(median(steps)) });
    report({ what: 'signatures checked (WebCrypto with our strict checks)', value: perSecond(median(platform)) });
    report({ what: 'beside it: signatures checked by noble alone', value: perSecond(median(noble)) });
    measureCodec(report);
    return { stepsPerSecond: Math.round(median(steps)), verifyPerSecond: Math.round(median(platform)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
