/** One engine with a radio, stepped by hand: signatures are checked at once, and what it would send is kept. */
import { createPublicKey, verify } from 'node:crypto';
import type { Millis, NodeAddress, OfferId, Region, StationId } from '#core/brand.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { decodeBeacon, encodeBeacon, type RegionDigest } from '#core/radio/air/beacon.ts';
import type { AirKind } from '#core/radio/air/frame.ts';
import { decodeRecords, encodeRecords } from '#core/radio/air/records.ts';
import { createAir } from '#engine/air/air.ts';
import { digestOf } from '#engine/air/region-digest.ts';
import { DEFAULT_TIMING, LEAF_LIMITS } from '#engine/config.ts';
import type { Effect } from '#engine/effect.ts';
import { createEngine } from '#engine/engine.ts';
import type { CallId, EngineEvent } from '#engine/event.ts';
import { parseState, STATE_TABLES, type StateTables } from '#engine/loaded-state.ts';
import { floorOf } from '#engine/records/witnessed-time.ts';
import type { StoreEntry } from '#ports/store.ts';
import { ofKind, refusals } from '#test/engine/step-harness.ts';

export const SELF = 0x0001 as StationId;
export const MUNICH = 80 as Region;
const BEGINS = Date.UTC(2026, 10, 23, 9, 0);
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

const holds = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }),
    signature,
  );

type Sent = Extract<Effect, { kind: 'air-send' }>;

export interface StationOptions {
  /** False: an engine that nobody gave a radio. */
  readonly hasRadio?: boolean;
  readonly opens?: boolean;
  /** What one before it left on the disk, and when it begins. */
  readonly disk?: StateTables;
  readonly begins?: Millis;
  readonly registrars?: readonly PinnedRegistrar[];
  /** So far its device's clock is behind the true time. */
  readonly slow?: number;
}

const emptyDisk = (): Record<string, StoreEntry[]> => Object.fromEntries(STATE_TABLES.map((table) => [table, []]));

/** What is on the disk after these effects. */
const diskAfter = (effects: readonly Effect[]): StateTables => {
  const disk = emptyDisk();
  for (const { ops } of ofKind(effects, 'persist')) {
    for (const op of ops) {
      const others = (disk[op.table] ?? []).filter(({ key }) => key !== op.key);
      disk[op.table] = op.op === 'put' ? [...others, { key: op.key, value: op.value }] : others;
    }
  }
  return disk as unknown as StateTables;
};

export const createStation = ({
  hasRadio = true,
  opens = true,
  disk = emptyDisk() as unknown as StateTables,
  begins = BEGINS as Millis,
  registrars = [],
  slow = 0,
}: StationOptions = {}) => {
  const state = parseState(disk);
  const config = {
    role: 'leaf',
    identity: undefined,
    registrars,
    limits: LEAF_LIMITS,
    timing: DEFAULT_TIMING,
    padding: 'uniform',
  } as const;
  let now = begins;
  let bound = floorOf(state.witnesses) - now;
  /** What its node takes it to be. */
  const time = (): Millis => Math.max(now - slow, bound + now) as Millis;
  const engine = createEngine({ config, seed: new Uint8Array(32).fill(7), state, now: time() });
  if (hasRadio) engine.equip(createAir);
  const effects: Effect[] = [];
  const written: Effect[] = [];
  const handle = (event: EngineEvent): void => {
    for (const effect of engine.handle(time(), event)) {
      effects.push(effect);
      if (effect.kind === 'persist') written.push(effect);
      if (effect.kind === 'not-before') {
        bound = effect.at - now;
        handle({ kind: 'wake' });
      }
      if (effect.kind !== 'run-crypto' || effect.op.op !== 'verify') continue;
      const { publicKey, message, signature } = effect.op;
      const outcome = { op: 'verify', value: holds(publicKey, message, signature) } as const;
      handle({ kind: 'crypto-done', job: effect.job, outcome });
    }
  };
  /** Moves on, wake by wake; the radio has nothing to do and a share of its airtime left. */
  const wait = (ms: number, left = 1): void => {
    const end = now + ms;
    handle({ kind: 'air-idle', left });
    const next = (): number => now + (engine.nextWake() ?? Number.POSITIVE_INFINITY) - time();
    for (let at = next(); at <= end; at = next()) {
      now = Math.max(now + 1, at) as Millis;
      handle({ kind: 'wake' });
      handle({ kind: 'air-idle', left });
    }
    now = end as Millis;
  };
  const hear = (air: AirKind, body: Uint8Array, from = 2): void =>
    handle({ kind: 'air-heard', from: from as StationId, air, body });
  const sent = (kind?: AirKind): readonly Sent[] =>
    ofKind(effects, 'air-send').filter(({ air }) => kind === undefined || air === kind);
  const open = (): void => handle({ kind: 'air-opened', station: SELF, regions: [MUNICH] });
  if (opens) open();
  return {
    engine,
    now: () => now,
    time,
    handle,
    open,
    close: () => handle({ kind: 'air-closed' }),
    /** Somebody sets the clock back. */
    turnBack: (ms: number) => {
      now = (now - ms) as Millis;
      handle({ kind: 'wake' });
    },
    /** By another way than the air. */
    bring: (announce: Uint8Array, identity?: Uint8Array) =>
      handle({ kind: 'command', call: 1 as CallId, command: { kind: 'take-shared', announce, identity } }),
    /** As it was left, to begin anew with. */
    disk: () => diskAfter(written),
    wait,
    hear,
    hearRecords: (records: readonly Uint8Array[], from = 2) => hear('records', encodeRecords(records), from),
    /** A neighbour that hears these and has so much of Munich. */
    hearBeacon: (from: number, hears: readonly number[], ids: readonly string[] = [], region = MUNICH) => {
      const digest: RegionDigest = { region, isOwn: true, count: ids.length, digest: digestOf(ids) };
      const body = { way: undefined, via: undefined, hears: hears as readonly StationId[], regions: [digest] };
      hear('beacon', encodeBeacon(body), from);
    },
    sent,
    /** Every record that was put on the air so far. */
    sentRecords: (): readonly Uint8Array[] =>
      sent('records').flatMap(({ body }) => {
        const records = decodeRecords(body);
        return records.ok ? records.value : [];
      }),
    lastBeacon: () => {
      const last = sent('beacon').at(-1);
      const decoded = last === undefined ? undefined : decodeBeacon(last.body);
      return decoded?.ok ? decoded.value : undefined;
    },
    refused: () => refusals(effects),
    forget: () => void effects.splice(0),
    offer: (address: NodeAddress) => engine.views.offer(address, 0 as OfferId),
  };
};
