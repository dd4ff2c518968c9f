import fc from 'fast-check';
import { BERUFE, ZULASSUNGEN } from '#core/domain/values.ts';
import { MAX_WIRE_MINUTE } from '#core/domain/wire-time.ts';
import { ack } from '#test/fuzz/ack-values.ts';
import { bytes, bytesUpTo, hex, kind, line, minute, number, orNothing, set, text } from '#test/fuzz/arbitraries.ts';
import { bundle, handOver } from '#test/fuzz/bundle-values.ts';
import { assignment, capabilityAnswer, capabilityQuery } from '#test/fuzz/discovery-values.ts';

/** Any message that may be sent, of every codec, with its fields at their bounds as often as inside. */
export interface AnyMessage {
  readonly message: unknown;
  /** Of the padded bytes, for what is padded. */
  readonly length?: number;
}

/** Where a node stands in the mesh, as node announces and beacons say it. */
const place = {
  region: orNothing(number(99)),
  level: number(3),
  role: number(3),
  mobile: fc.boolean(),
  load: number(255),
  priority: number(255),
};

const head = { address: hex(16), epoch: number(255), counter: number(0xffff), offer: number(15) };

/** Starts on the grid, after the issue, near each other or years apart. */
const announce = fc
  .record({
    kind: kind('announce'),
    ...head,
    issued: number(MAX_WIRE_MINUTE - 1),
    verfahren: number(15),
    modalitaet: number(7, 1),
    kostentraeger: number(63, 1),
    slotType: number(6),
    minutes: number(48, 1).map((fives) => fives * 5),
    plz: number(99_999),
    ttlClass: number(7),
    ageGroup: number(2),
    series: fc.boolean(),
    codeRequired: fc.boolean(),
    gaps: fc.array(fc.oneof(number(12, 1), number(8_064, 1), number(200_000, 1)), { minLength: 1, maxLength: 31 }),
  })
  .map(({ gaps, ...rest }) => {
    let grid = Math.floor(rest.issued / 5);
    const starts = gaps.map((gap) => {
      grid += gap;
      return grid * 5;
    });
    // The first fits in any case: the wire's last minute lies on the grid.
    const fitting = starts.filter((start) => start <= MAX_WIRE_MINUTE);
    return { ...rest, starts: fitting.length === 0 ? [Math.floor(rest.issued / 5) * 5 + 5] : fitting };
  });

const profile = fc.record({
  name: line(80),
  beruf: fc.constantFrom(...BERUFE),
  street: line(80),
  plz: number(99_999).map((plz) => String(plz).padStart(5, '0')),
  city: line(60),
  phone: line(32),
  email: line(80),
  website: line(120),
  impressum: line(600, true),
  languages: fc.array(fc.constantFrom('de', 'tr', 'gsg-DE', 'zh-Hant-TW'), { maxLength: 12 }),
  stepFree: fc.boolean(),
  lift: fc.boolean(),
  signLanguage: fc.boolean(),
});

const identity = fc.record({
  kind: kind('identity'),
  publicKey: bytes(32),
  epoch: number(255),
  counter: number(0xffff),
  issued: minute,
  capabilities: fc.constantFrom(0x0100, 0x0200, 0x0300, 0x0001, 0x000f, 0x0005, 0x030f),
  prekeys: fc.array(fc.record({ week: number(0xffff), key: bytes(32) }), { maxLength: 3 }),
  credential: orNothing(bytesUpTo(512)),
  profile: orNothing(profile),
});

const credential = fc.record({
  kind: kind('credential'),
  registrar: bytes(8),
  therapistKey: bytes(32),
  name: line(80),
  beruf: fc.constantFrom(...BERUFE),
  verfahren: number(15),
  zulassung: fc.constantFrom(...ZULASSUNGEN),
  approbationHash: bytes(32),
  validUntil: minute,
  statusIndex: number(16_383),
});

const query = fc
  .record({
    kind: kind('query'),
    id: number(0xffffffff),
    plzDigits: number(5),
    plzPrefix: number(99_999),
    verfahren: number(15),
    modalitaet: number(7),
    kostentraeger: number(63, 1),
    slotTypes: number(127),
    ageGroup: number(3),
    fromDay: number(16_383),
    days: number(63, 1),
    maxResults: number(31, 1),
    hops: number(8),
    skip: number(255),
    reserved: fc.constant(0),
  })
  .map((any) => ({ ...any, plzPrefix: any.plzPrefix % 10 ** any.plzDigits }));

const reserve = fc.record({
  kind: kind('reserve'),
  offer: number(15),
  start: minute,
  epoch: number(255),
  counter: number(0xffff),
  requestId: bytes(8),
  pseudonymId: bytes(8),
  replyBucket: number(255),
  removalSeed: bytes(8),
  deadline: minute,
  name: text(24),
  code: fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Z0-9]{12}$/)),
  text: text(200),
});

const answer = fc.oneof(
  fc.record({ kind: kind('confirm'), note: text(200), how: fc.nat(255) }),
  fc.record({ kind: kind('reject'), reason: number(255) }),
  fc.record({ kind: kind('cancel') }),
  fc.record({ kind: kind('call-off'), reason: number(255), text: text(200) }),
);

const records = fc.array(bytesUpTo(600), { maxLength: 64 });

/** Of each Verfahren, in a region that has any. */
const free = fc
  .array(number(0xffff), { minLength: 4, maxLength: 4 })
  .filter((counts) => counts.some((count) => count > 0));

const plain = (message: fc.Arbitrary<unknown>): fc.Arbitrary<AnyMessage> => message.map((any) => ({ message: any }));
const padded = (message: fc.Arbitrary<unknown>, least: number): fc.Arbitrary<AnyMessage> =>
  fc.record({ message, length: fc.integer({ min: least, max: least + 80 }) });

export const VALUES: Readonly<Record<string, fc.Arbitrary<AnyMessage>>> = {
  announce: plain(announce),
  withdraw: plain(fc.record({ kind: kind('withdraw'), ...head, issued: minute })),
  identity: plain(identity),
  credential: plain(credential),
  revocations: plain(
    fc.record({ kind: kind('revocations'), registrar: bytes(8), issued: minute, revoked: bytesUpTo(2_048) }),
  ),
  bundle: plain(bundle),
  removal: plain(fc.record({ kind: kind('removal'), id: hex(16), secret: bytes(8) })),
  query: plain(query),
  response: plain(fc.record({ kind: kind('response'), queryId: number(0xffffffff), records })),
  envelope: plain(
    fc.record({
      source: hex(16),
      destination: orNothing(hex(16)),
      payload: bytesUpTo(600),
      hops: number(8),
      signature: bytes(64),
    }),
  ),
  custody: plain(fc.record({ kind: kind('custody'), minute, ids: fc.array(hex(16), { minLength: 1, maxLength: 32 }) })),
  node: plain(
    fc.record({
      kind: kind('node'),
      issued: number(0xffffffff),
      capabilities: fc.integer({ min: 1, max: 15 }).chain((mesh) => fc.constantFrom(mesh, mesh | 0x100, mesh | 0x300)),
      ...place,
      keyPackageHash: orNothing(bytes(32)),
    }),
  ),
  message: plain(fc.record({ kind: kind('message'), body: bytesUpTo(600) })),
  delivered: plain(fc.record({ kind: kind('delivered'), ids: fc.array(hex(16), { minLength: 1, maxLength: 32 }) })),
  assignment: plain(assignment),
  capabilityQuery: plain(capabilityQuery),
  capabilityAnswer: plain(capabilityAnswer),
  probe: plain(fc.record({ kind: kind('probe'), hops: number(8), nonce: hex(8), target: hex(16) })),
  traced: plain(
    fc.record({
      kind: kind('traced'),
      nonce: hex(8),
      reached: fc.boolean(),
      hops: fc.array(
        fc.record({ address: orNothing(hex(16).filter((a) => /[1-9a-f]/.test(a))), elapsed: number(0xffff) }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
    }),
  ),
  routed: plain(
    fc.oneof(
      fc.record({
        kind: kind('routed'),
        mode: kind('flood'),
        scope: number(8),
        envelope: fc.uint8Array({ minLength: 1, maxLength: 600 }),
      }),
      fc.record({
        kind: kind('routed'),
        mode: kind('keep'),
        scope: fc.constant(0),
        envelope: fc.uint8Array({ minLength: 1, maxLength: 600 }),
      }),
    ),
  ),
  ack: plain(ack),
  hello: plain(
    fc.record(
      {
        kind: kind('hello'),
        clock: number(2 ** 48 - 1),
        wantsSync: fc.boolean(),
        salt: bytes(8),
        relay: orNothing(hex(16)),
        // Said only where it is so.
        carries: fc.constant(true),
      },
      { requiredKeys: ['kind', 'clock', 'wantsSync', 'salt', 'relay'] },
    ),
  ),
  beacon: plain(
    fc.record({
      kind: kind('beacon'),
      bridge: fc.boolean(),
      rooted: fc.boolean(),
      attentive: fc.boolean(),
      child: fc.boolean(),
      island: fc.boolean(),
      place: orNothing(fc.record({ ...place, ancestors: fc.array(hex(16), { maxLength: 4 }) })),
      sets: fc.uniqueArray(fc.record({ set, root: bytes(16), size: number(0xffffffff) }), {
        maxLength: 4,
        selector: (digest) => digest.set,
      }),
    }),
  ),
  bins: plain(fc.record({ kind: kind('bins'), set, digests: bytes(2_048) })),
  ids: plain(
    fc.record({
      kind: kind('ids'),
      set,
      bins: bytes(32),
      ids: fc.array(hex(8), { maxLength: 60 }),
      more: fc.boolean(),
    }),
  ),
  want: plain(fc.record({ kind: kind('want'), set, ids: fc.array(hex(8), { maxLength: 60 }) })),
  estimate: plain(fc.record({ kind: kind('estimate'), set, pair: number(3), digests: bytes(512) })),
  symbols: plain(
    fc.record({
      kind: kind('symbols'),
      set,
      from: number(4_000),
      symbols: fc
        .array(bytes(9), { maxLength: 60 })
        .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
    }),
  ),
  more: plain(fc.record({ kind: kind('more'), set, from: number(4_095) })),
  pick: plain(fc.record({ kind: kind('pick'), set, ids: fc.array(number(2 ** 48 - 1), { maxLength: 60 }) })),
  summary: plain(
    fc.record({
      kind: kind('summary'),
      regions: fc
        .uniqueArray(fc.record({ region: number(99), free, minute }), { selector: ({ region }) => region })
        .map((regions) => regions.sort((a, b) => a.region - b.region)),
    }),
  ),
  listen: plain(fc.record({ kind: kind('listen'), buckets: bytes(32) })),
  ping: plain(fc.record({ kind: fc.constantFrom('ping', 'pong'), nonce: bytes(8) })),
  refused: plain(fc.record({ kind: kind('refused'), reason: number(255), id: hex(16) })),
  reserve: padded(reserve, 275),
  receipt: padded(fc.record({ kind: kind('receipt'), status: number(255) }), 2),
  answer: padded(answer, 202),
  sharedSlot: plain(
    fc.record({
      kind: kind('sharedSlot'),
      start: minute,
      announce: fc.uint8Array({ minLength: 1, maxLength: 400 }),
      identity: orNothing(fc.uint8Array({ minLength: 1, maxLength: 4_096 })),
    }),
  ),
  ticket: padded(
    fc.record({
      kind: kind('ticket'),
      handshake: fc.record({ chainingKey: bytes(32), hash: bytes(32) }),
      asked: minute,
      deadline: minute,
      name: text(24),
      announce: announce.map(({ starts, ...rest }) => ({ ...rest, starts: starts.slice(0, 1) })),
    }),
    351,
  ),
  handOver: plain(handOver),
};
