/** The rows of identity records on a disk: packed when there are many, and read back the same whatever came after. */
import { describe, expect, test } from 'vitest';
import type { Counter, Epoch, MessageId, Millis, NodeAddress, WireMinute } from '#core/brand.ts';
import { addressOf, messageIdOf } from '#core/crypto/address.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { encodeIdentity, type IdentityRecord } from '#core/wire/identity.ts';
import { withSignature } from '#core/wire/signed.ts';
import type { Effect } from '#engine/effect.ts';
import { createIdentityBook, type KnownIdentity } from '#engine/records/identity-book.ts';
import { createKeptIdentities, IDENTITIES_PACK_KEY } from '#engine/records/kept-identities.ts';
import { createHarness, ofKind } from '#test/engine/step-harness.ts';

type Disk = Map<string, Uint8Array>;
const PACK = `snapshot/${IDENTITIES_PACK_KEY}`;
const NO_TRUST = {
  level: 0,
  reason: undefined,
  credential: undefined,
  registrar: undefined,
  revocationListFrom: undefined,
} as const;

const identityOf = (number: number, counter = 1): KnownIdentity => {
  const publicKey = new Uint8Array(32);
  new DataView(publicKey.buffer).setUint32(0, number);
  const record: IdentityRecord = {
    kind: 'identity',
    publicKey,
    epoch: 0 as Epoch,
    counter: counter as Counter,
    issued: 1 as WireMinute,
    capabilities: CAPABILITY.THERAPIST,
    prekeys: [],
    credential: undefined,
    profile: undefined,
  };
  const signed = encodeIdentity(record);
  if (!signed.ok) throw new Error(signed.code);
  const raw = withSignature(signed.value, new Uint8Array(64));
  const id: MessageId = messageIdOf(signed.value);
  const address = addressOf(publicKey);
  return { address, record, raw, id, credentialHolds: false, trust: NO_TRUST, since: 0 as Millis };
};

const write = (disk: Disk, effects: readonly Effect[]): void => {
  for (const { ops } of ofKind(effects, 'persist')) {
    for (const op of ops) {
      if (op.op === 'put') disk.set(`${op.table}/${op.key}`, op.value);
      else disk.delete(`${op.table}/${op.key}`);
    }
  }
};

/** A node that starts from this disk, and its book. */
const start = (disk: Disk, packs = true) => {
  const harness = createHarness();
  const identities = createIdentityBook(5_000);
  const opened: NodeAddress[] = [];
  const kept = createKeptIdentities(harness.context, {
    identities,
    packs,
    judge: (identity) => identity,
    onEpoch: () => undefined,
    onOpened: ({ address }) => void opened.push(address),
    onAllOpened: () => undefined,
  });
  const entries = [...disk].flatMap(([name, value]) => {
    const [table, key = ''] = name.split('/');
    return table === 'identities' ? [{ key, value }] : [];
  });
  harness.step(() => kept.load(entries, disk.get(PACK)));
  const commit = (action: () => void): void => write(disk, harness.step(action));
  return {
    identities,
    opened,
    put: (...all: readonly KnownIdentity[]): void =>
      commit(() => {
        for (const identity of all) {
          identities.put(identity);
          kept.keep(identity.address, identity.raw, identity.credentialHolds);
        }
      }),
    remove: ({ address }: KnownIdentity): void =>
      commit(() => {
        identities.remove(address);
        kept.drop(address);
      }),
    wait: (milliseconds: number): void => write(disk, harness.wait(milliseconds)),
  };
};
const countersOf = ({ identities }: ReturnType<typeof start>): Map<string, number> =>
  new Map([...identities.all()].map(({ address, record }) => [address, record.counter]));
const rowsOf = (disk: Disk): number => [...disk.keys()].filter((name) => name.startsWith('identities/')).length;
const MANY = Array.from({ length: 600 }, (_, number) => identityOf(number));

describe('the identity records of a leaf on its disk', () => {
  test('few stand in rows of their own; many are packed into one, and the rows go', () => {
    const disk: Disk = new Map();
    const node = start(disk);
    node.put(...MANY.slice(0, 400));
    node.wait(60_000);
    expect([rowsOf(disk), disk.has(PACK)]).toEqual([400, false]);
    node.put(...MANY.slice(400));
    node.wait(60_000);
    expect([rowsOf(disk), disk.has(PACK)]).toEqual([0, true]);
    expect(countersOf(start(disk))).toEqual(countersOf(node));
  });

  test('what came after the pack counts: newer, new, and gone', () => {
    const disk: Disk = new Map();
    const first = start(disk);
    first.put(...MANY);
    first.wait(60_000);
    const second = start(disk);
    const [gone, newer] = MANY as [KnownIdentity, KnownIdentity];
    second.remove(gone);
    second.put(identityOf(1, 7), identityOf(9_000));
    const third = start(disk);
    expect(third.identities.size).toBe(600);
    expect(third.identities.get(gone.address)).toBeUndefined();
    expect(third.identities.get(newer.address)?.record.counter).toBe(7);
    expect(countersOf(third)).toEqual(countersOf(second));
  });

  test('what is gone stays gone when all is packed again, and may come back', () => {
    const disk: Disk = new Map();
    start(disk).put(...MANY);
    const [gone] = MANY as [KnownIdentity];
    const node = start(disk);
    node.put(identityOf(10_000));
    node.wait(60_000);
    expect(rowsOf(disk)).toBe(0);
    node.remove(gone);
    expect(rowsOf(disk)).toBe(1);
    expect(start(disk).identities.get(gone.address)).toBeUndefined();
    const again = start(disk);
    again.put(identityOf(0, 3));
    expect(start(disk).identities.get(gone.address)?.record.counter).toBe(3);
    again.put(...Array.from({ length: 600 }, (_, number) => identityOf(20_000 + number)));
    again.wait(60_000);
    expect(rowsOf(disk)).toBe(0);
    expect(start(disk).identities.size).toBe(1_201);
  });

  test('a disk with many rows is packed once all have been read', () => {
    const disk: Disk = new Map();
    start(disk).put(...MANY);
    const node = start(disk);
    node.wait(1_000);
    expect(rowsOf(disk)).toBe(600);
    node.wait(60_000);
    expect([rowsOf(disk), disk.has(PACK)]).toEqual([0, true]);
    expect(countersOf(start(disk))).toEqual(countersOf(node));
  });

  test('one that is new and goes again leaves nothing', () => {
    const disk: Disk = new Map();
    const node = start(disk);
    node.put(identityOf(1));
    node.remove(identityOf(1));
    expect(disk.size).toBe(0);
  });

  test('a damaged pack is left; the rows beside it count', () => {
    const disk: Disk = new Map();
    start(disk).put(...MANY.slice(0, 3));
    disk.set(PACK, Uint8Array.of(1, 2, 3));
    expect(start(disk).identities.size).toBe(3);
  });

  test('a relay keeps rows', () => {
    const disk: Disk = new Map();
    const relay = start(disk, false);
    relay.put(...MANY);
    relay.wait(60_000);
    expect([rowsOf(disk), disk.has(PACK)]).toEqual([600, false]);
  });

  test('they are opened when they are asked for, the others little by little', () => {
    const disk: Disk = new Map();
    start(disk).put(...MANY);
    const node = start(disk);
    expect(node.opened).toEqual([]);
    node.identities.get(MANY[7]?.address ?? ('' as NodeAddress));
    expect(node.opened).toEqual([MANY[7]?.address]);
    node.wait(1_600);
    expect(node.opened.length).toBeGreaterThan(30);
    expect(node.opened.length).toBeLessThan(300);
    node.wait(10_000);
    expect(node.opened.length).toBe(600);
  });
});
