import { join } from 'node:path';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { KeyName, Millis, OfferId } from '#core/brand.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { DEFAULT_TIMING, LEAF_LIMITS } from '#engine/config.ts';
import { createEngine } from '#engine/engine.ts';
import { parseState } from '#engine/loaded-state.ts';
import type { Views } from '#engine/views.ts';
import { createDriver, type Driver } from '#host/driver.ts';
import { readState } from '#host/node/running-node.ts';
import type { Clock } from '#ports/clock.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { KeyStore } from '#ports/key-store.ts';
import type { Rng } from '#ports/rng.ts';
import type { RelayConfig } from '#relay/config/config.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import { joinLocally } from '#relay/demo/local-link.ts';
import { DEMO_PRACTICES, type DemoPractice } from '#relay/demo/practices.ts';
import { createRegistrar, type Registrar } from '#relay/registrar/registrar.ts';
import type { RelayNode } from '#relay/relay-node.ts';
import { openLevelStore } from '#relay/store/level-store.ts';

/**
 * A demonstration: invented practices that run as real nodes beside the relay, announce real announcements and answer
 * requests by themselves. Every name says that it is a demonstration, and so does the registrar that vouches for them.
 */
const REGISTRAR = 'demo registrar' as KeyName;
/** A demonstration practice answers after this long, so that one can watch the states. */
const ANSWER_AFTER = 8_000;

export const loadDemoRegistrar = async (keys: KeyStore, crypto: Crypto, random: Rng): Promise<Registrar> => {
  const kept = await keys.add('demo registrar seed', { kind: 'secret', secret: random.bytes(32) });
  if (kept.kind !== 'secret') throw new Error('the demo registrar is not a secret');
  const publicKey = await crypto.importIdentity(REGISTRAR, kept.secret);
  const pinned: PinnedRegistrar = { publicKey, name: 'Demo-Register (nicht echt)', demo: true };
  return createRegistrar(crypto, REGISTRAR, pinned);
};

export interface DemoParts {
  readonly config: RelayConfig;
  readonly relay: RelayNode;
  readonly demo: Registrar;
  readonly clock: Clock;
  readonly random: Rng;
}

interface RunningPractice {
  readonly driver: Driver;
  stop(): Promise<void>;
}

/** Weekdays at the practice's hours, from tomorrow on, in wall time of Berlin. */
const upcoming = (practice: DemoPractice, now: Millis): Millis[] => {
  const starts: Millis[] = [];
  for (let day = 1; day <= practice.days && starts.length < practice.slots; day++) {
    const noon = new Date(Math.floor(now / DAY) * DAY + day * DAY + 12 * HOUR);
    const weekday = noon.getUTCDay();
    if (weekday === 0 || weekday === 6 || !practice.weekdays.includes(weekday)) continue;
    const berlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', hour12: false });
    const offset = (Number(berlin.format(noon)) - 12) * HOUR;
    for (const hour of practice.hours) {
      const start = noon.getTime() - 12 * HOUR - offset + hour * HOUR;
      if (start > now + HOUR && starts.length < practice.slots) starts.push(start as Millis);
    }
  }
  return starts;
};

const describe = async (
  driver: Driver,
  practice: DemoPractice,
  publicKey: Uint8Array,
  parts: DemoParts,
  index: number,
): Promise<void> => {
  const now = parts.clock.now();
  await driver.command({ kind: 'adopt-identity', key: 'identity' as KeyName, publicKey, restore: false });
  if (practice.vouched) {
    const issued = await parts.demo.issue({
      therapistKey: publicKey,
      name: practice.profile.name,
      beruf: practice.profile.beruf,
      verfahren: practice.offer.verfahren,
      zulassung: practice.zulassung,
      approbation: `DEMO-${index}`,
      validUntil: toWireMinute((now + 400 * DAY) as Millis),
      statusIndex: index,
    });
    if (issued.ok) await driver.command({ kind: 'import-credential', credential: issued.value.credential });
  }
  await driver.command({ kind: 'save-profile', profile: practice.profile });
  await driver.command({ kind: 'save-offer', offer: { ...practice.offer, id: undefined } });
};

const answerRequests = (driver: Driver, { inbox, offers }: Views, clock: Clock) => {
  const planned = new Set<string>();
  return driver.subscribe((topic) => {
    if (topic !== 'inbox') return;
    for (const { requestId, phase, offer } of inbox()) {
      if (phase !== 'open' || planned.has(requestId)) continue;
      planned.add(requestId);
      const how = offers().find(({ id }) => id === offer)?.modalitaeten[0];
      const note = 'Demonstration: Diesen Termin gibt es nicht. Zweiter Hof, 3. Stock.';
      clock.wakeAt(
        (clock.now() + ANSWER_AFTER) as Millis,
        () => void driver.command({ kind: 'confirm', requestId, note, how }),
      );
    }
  });
};

const startPractice = async (practice: DemoPractice, parts: DemoParts, index: number): Promise<RunningPractice> => {
  const { config, clock, random, relay } = parts;
  const folder = join(config.data, 'demo', String(index).padStart(2, '0'));
  const keys = await openFileKeyStore(join(folder, 'keys.json'));
  const store = await openLevelStore(join(folder, 'store'), 0);
  const crypto = createWebCrypto({ subtle: globalThis.crypto.subtle, keys, random });
  const seed = await keys.add('seed', { kind: 'secret', secret: random.bytes(32) });
  if (seed.kind !== 'secret') throw new Error('the seed is not a secret');
  const publicKey = await crypto.importIdentity('identity' as KeyName, seed.secret);
  const engine = createEngine({
    config: {
      role: 'leaf',
      identity: undefined,
      registrars: [parts.demo.pinned],
      limits: { ...LEAF_LIMITS, announcements: 2_000 },
      timing: DEFAULT_TIMING,
      padding: 'uniform',
    },
    seed: random.bytes(32),
    state: parseState(await readState(store)),
    now: clock.now(),
  });
  const metrics = { count: () => undefined, gauge: () => undefined };
  const driver = createDriver({ engine, store, crypto, clock, metrics, onBroken: () => undefined });
  if (engine.views.practice() === undefined) await describe(driver, practice, publicKey, parts, index);
  await driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: upcoming(practice, clock.now()) });
  answerRequests(driver, engine.views, clock);
  joinLocally(driver, relay.driver);
  return {
    driver,
    stop: async () => {
      await driver.stop();
      await store.close();
    },
  };
};

export const startDemoPractices = async (parts: DemoParts): Promise<{ stop(): Promise<void> }> => {
  const running: RunningPractice[] = [];
  for (const [index, practice] of DEMO_PRACTICES.entries()) running.push(await startPractice(practice, parts, index));
  return { stop: async () => void (await Promise.all(running.map((practice) => practice.stop()))) };
};
