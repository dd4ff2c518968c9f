/**
 * How many bytes each message takes, built by the real encoders, really signed and really sealed; beside them the same
 * announcements as JSON and as CBOR with named fields. Nothing here depends on the machine.
 */
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encoder } from 'cbor-x/index-no-eval';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { Bucket, Counter, Epoch, KeyName, NodeAddress, OfferId, SessionName, WireMinute } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import type { Result } from '#core/result.ts';
import { type Announce, encodeAnnounce } from '#core/wire/announce.ts';
import { encodeConfirm } from '#core/wire/answer.ts';
import { encodeBundle, paddedInner, removalCommitment } from '#core/wire/bundle.ts';
import { encodeEnvelope, signedPart } from '#core/wire/envelope.ts';
import { encodeQuery } from '#core/wire/query.ts';
import { encodeReceipt } from '#core/wire/receipt.ts';
import { encodeReserve, reserveContentLength } from '#core/wire/reserve.ts';
import { withSignature } from '#core/wire/signed.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import type { Report } from './row.ts';

/** Bytes in all; `broadcast` and `unicast` are what an envelope adds to its payload. */
export interface BytesResult {
  readonly announce1: number;
  readonly announce10: number;
  readonly query: number;
  readonly reserve64: number;
  readonly receipt: number;
  readonly confirm8: number;
  readonly broadcast: number;
  readonly unicast: number;
}

/** The most that docs/protocol allows, message by message. */
export const BYTE_TABLE: BytesResult = {
  announce1: 98,
  announce10: 114,
  query: 16,
  reserve64: 130,
  receipt: 66,
  confirm8: 40,
  broadcast: 82,
  unicast: 98,
};

const ISSUED = 468_000 as WireMinute;
const RESERVE_CONTENT_BYTES = 64;
const CONFIRM_CONTENT_BYTES = 8;
const DAY = 1_440;
const random = createSystemRng();

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.code);
  return result.value;
};

const at = (day: number, hour: number): WireMinute => (ISSUED + day * DAY + hour * 60) as WireMinute;
/** The furthest single start that people announce, and ten on five days over three weeks. */
const ONE_START = [at(90, 10)];
const TEN_STARTS = [
  ...[at(1, 8), at(1, 9), at(3, 14), at(8, 8), at(8, 9)],
  ...[at(10, 14), at(15, 8), at(15, 9), at(17, 14), at(22, 8)],
];

const announcement = (address: NodeAddress, starts: readonly WireMinute[]): Announce => ({
  kind: 'announce',
  address,
  epoch: 1 as Epoch,
  counter: 500 as Counter,
  issued: ISSUED,
  offer: 3 as OfferId,
  verfahren: 1,
  modalitaet: 3,
  kostentraeger: 1,
  slotType: 0,
  minutes: 50,
  plz: 80_799,
  ttlClass: 7,
  ageGroup: 0,
  series: false,
  codeRequired: false,
  starts,
});

type Keys = Awaited<ReturnType<typeof openKeys>>;

const openKeys = async (folder: string) => {
  const crypto = createWebCrypto({
    subtle: webcrypto.subtle as SubtleCrypto,
    keys: await openFileKeyStore(join(folder, 'keys.json')),
    random,
  });
  const identity = 'identity' as KeyName;
  const address = addressOf(await crypto.importIdentity(identity, random.bytes(32)));
  const prekey = 'prekey' as KeyName;
  return { crypto, identity, address, prekey, prekeyBytes: await crypto.createPrekey(prekey) };
};

const signedAnnouncement = async (keys: Keys, starts: readonly WireMinute[]): Promise<Uint8Array> => {
  const packed = must(encodeAnnounce(announcement(keys.address, starts)));
  return withSignature(packed, await keys.crypto.sign(keys.identity, packed));
};

const bundled = (body: Uint8Array): number => {
  const header = { bucket: 7 as Bucket, created: ISSUED, body };
  return encodeBundle({ kind: 'bundle', ...header, commitment: removalCommitment(header, random.bytes(8)) }).length;
};

/** A conversation in the compact sizes that constrained links use: request, receipt, confirmation. */
const measureSession = async ({ crypto, address, prekey, prekeyBytes }: Keys) => {
  const [mine, theirs] = ['patient' as SessionName, 'practice' as SessionName];
  const texts = { name: 'Mondlicht', code: '', text: 'Abends bitte.' };
  const fill = RESERVE_CONTENT_BYTES - reserveContentLength(texts);
  const reserve = {
    kind: 'reserve',
    offer: 3 as OfferId,
    start: TEN_STARTS[0] ?? ISSUED,
    epoch: 1 as Epoch,
    counter: 500 as Counter,
    requestId: random.bytes(8),
    pseudonymId: random.bytes(8),
    replyBucket: 9 as Bucket,
    removalSeed: random.bytes(8),
    deadline: ISSUED,
    ...texts,
    text: texts.text + '!'.repeat(fill),
  } as const;
  const request = must(encodeReserve(reserve, paddedInner('handshake', RESERVE_CONTENT_BYTES, 'compact')));
  const message1 = must(
    await crypto.sealRequest({ session: mine, practice: address, prekey: prekeyBytes, payload: request }),
  );
  const nobody = { bucket: 7 as Bucket, waiting: [], finished: [], newSession: theirs } as const;
  must(await crypto.open({ ...nobody, body: message1, prekeys: [{ key: prekey, practice: address }] }));
  const message2 = await crypto.sealReceipt(
    theirs,
    encodeReceipt({ kind: 'receipt', status: 0 }, paddedInner('handshake', 2, 'compact')),
  );
  const note = 'x'.repeat(CONFIRM_CONTENT_BYTES - 2);
  const confirm = must(encodeConfirm({ note, how: 0 }, paddedInner('message', CONFIRM_CONTENT_BYTES, 'compact')));
  const message3 = await crypto.sealMessage(theirs, 1, confirm);
  return { reserve64: bundled(message1), receipt: bundled(message2), confirm8: bundled(message3) };
};

const measureEnvelopes = async ({ crypto, identity, address }: Keys) => {
  const payload = random.bytes(40);
  const overhead = async (destination: NodeAddress | undefined): Promise<number> => {
    const head = { source: address, destination, payload };
    const signature = await crypto.sign(identity, signedPart(head));
    return encodeEnvelope({ ...head, hops: 0, signature }).length - payload.length;
  };
  return { broadcast: await overhead(undefined), unicast: await overhead(address) };
};

const queryBytes = (): number =>
  must(
    encodeQuery({
      kind: 'query',
      id: 0xdeadbeef,
      plzDigits: 2,
      plzPrefix: 80,
      verfahren: 1,
      modalitaet: 0,
      kostentraeger: 1,
      slotTypes: 3,
      ageGroup: 3,
      fromDay: 325,
      days: 14,
      maxResults: 10,
      hops: 0,
      skip: 0,
      reserved: 0,
    }),
  ).length;

const reportPeers = (keys: Keys, report: Report): void => {
  const cbor = new Encoder({ useRecords: false, tagUint8Array: false });
  for (const [what, starts] of [
    ['one slot', ONE_START],
    ['ten slots', TEN_STARTS],
  ] as const) {
    const signature = random.bytes(64);
    const { kind: _, ...fields } = announcement(keys.address, starts);
    const json = JSON.stringify({ ...fields, signature: Buffer.from(signature).toString('base64') });
    const named = cbor.encode({ ...fields, address: Buffer.from(keys.address, 'hex'), signature });
    report({ what: `beside it: ${what} as JSON`, value: `${Buffer.byteLength(json)} bytes` });
    report({ what: `beside it: ${what} as CBOR with named fields`, value: `${named.length} bytes` });
  }
};

const LABELS: Readonly<Record<keyof BytesResult, string>> = {
  announce1: 'announcement of one slot, signed',
  announce10: 'announcement of ten slots, signed',
  query: 'query',
  reserve64: 'request, 64 bytes inside',
  receipt: 'receipt',
  confirm8: 'confirmation, 8 bytes inside',
  broadcast: 'envelope for everybody, around its payload',
  unicast: 'envelope for one, around its payload',
};

export const measureBytes = async (report: Report = () => undefined): Promise<BytesResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'terminfunk-bench-'));
  try {
    const keys = await openKeys(folder);
    const result: BytesResult = {
      announce1: (await signedAnnouncement(keys, ONE_START)).length,
      announce10: (await signedAnnouncement(keys, TEN_STARTS)).length,
      query: queryBytes(),
      ...(await measureSession(keys)),
      ...(await measureEnvelopes(keys)),
    };
    for (const [name, bytes] of Object.entries(result) as [keyof BytesResult, number][]) {
      report({ what: LABELS[name], value: `${bytes} bytes`, goal: `at most ${BYTE_TABLE[name]}` });
    }
    reportPeers(keys, report);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
