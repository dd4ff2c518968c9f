import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { addressOf, messageIdOf } from '#core/crypto/address.ts';
import { FUTURE_TOLERANCE } from '#core/domain/limits.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import { checkPayers } from '#core/domain/offer-rules.ts';
import { judgeCredential, type PinnedRegistrar } from '#core/domain/trust.ts';
import { CAPABILITY, fromMask, KOSTENTRAEGER } from '#core/domain/values.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type Announce, decodeAnnounce } from '#core/wire/announce.ts';
import { decodeCredential } from '#core/wire/credential.ts';
import { decodeIdentity, type IdentityRecord } from '#core/wire/identity.ts';
import type { RevocationList } from '#core/wire/revocations.ts';
import type { Signed } from '#core/wire/signed.ts';
import { decodeWithdraw, type Withdraw } from '#core/wire/withdraw.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { type PeerTable, park as parkAt, type WaitingRoom } from '#engine/links/peer.ts';
import type { IdentityBook, KnownIdentity } from '#engine/records/identity-book.ts';
import type { KeptIdentities } from '#engine/records/kept-identities.ts';
import type { KeyBook } from '#engine/records/key-book.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';
import { type Standing, standingOf } from '#engine/records/standing.ts';
import type { WitnessedTime } from '#engine/records/witnessed-time.ts';
import { createKeyedBuckets } from '#engine/token-bucket.ts';

/**
 * The way of a signed record that was received: shape, cheap refusals that touch nothing, signature, and only then limits
 * per key and the sets. What is not verified never counts under somebody's key, so a forger silences nobody.
 */
export interface RecordIntake {
  identity(raw: Uint8Array, done: Done): void;
  /**
   * Without a room no announcement waits for its key; `onParked` hears that it does. A key without an identity record will do:
   * then nobody vouches for whoever signed, and what the record says of them is looked at when it comes.
   */
  offerRecord(room: WaitingRoom | undefined, raw: Uint8Array, done: Done, onParked?: (id: MessageId) => void): void;
  /** A key came: what waits for it is judged. */
  keyKnown(address: NodeAddress): void;
  /** A waiting room beside those of the links. */
  readonly airRoom: WaitingRoom;
  /** Takes a record of our own making without checking it again. */
  adoptIdentity(raw: Uint8Array): Result<KnownIdentity>;
  adoptOffer(raw: Uint8Array): Result<MessageId>;
}

/**
 * Called once with the verdict, in this step or a later one. `id` is empty when the bytes have none. `standing` is that of
 * whoever signed what is new.
 */
export type Done = (id: MessageId | '', verdict: Result<'new' | 'known'>, standing?: Standing) => void;

export interface RecordIntakeRules {
  readonly config: EngineConfig;
  readonly peers: PeerTable;
  readonly identities: IdentityBook;
  readonly keys: KeyBook;
  readonly kept: Pick<KeptIdentities, 'keep' | 'drop'>;
  readonly slots: SlotShelf;
  readonly revocations: () => readonly RevocationList[];
  readonly time: Pick<WitnessedTime, 'isNews' | 'note'>;
  readonly onIdentity: (identity: KnownIdentity) => void;
}

type OfferRecord = Announce | Withdraw;

const decodeOfferRecord = (raw: Uint8Array): Result<Signed<OfferRecord>> => {
  const announce = decodeAnnounce(raw);
  return announce.ok || announce.code !== 'unknown-kind' ? announce : decodeWithdraw(raw);
};

export const createRecordIntake = (context: Context, rules: RecordIntakeRules): RecordIntake => {
  const { identities, keys, slots, config, peers, time } = rules;
  const perKey = createKeyedBuckets(config.limits.recordsPerKey, config.limits.keysWatched);
  context.tables.add('issuers', config.limits.keysWatched, perKey.size);
  context.tables.add('identities', config.limits.identities, () => identities.size);
  context.tables.add('refused on a link', config.limits.refusedPerLink, peers.mostRefused);
  context.tables.add('parked on a link', config.limits.parkedPerLink, peers.mostParked);
  const airRoom: WaitingRoom = { parked: new Map() };
  context.tables.add('parked from the air', config.limits.parkedPerLink, () => airRoom.parked.size);

  const isFuture = (issued: Millis): boolean => issued > context.now() + FUTURE_TOLERANCE;

  const judge = (record: IdentityRecord, holds: boolean, now = context.now()): KnownIdentity['trust'] =>
    judgeCredential({
      credential: record.credential,
      therapistKey: record.publicKey,
      registrars: config.registrars,
      revocations: rules.revocations(),
      now,
      signatureHolds: holds,
    });

  /**
   * A record of this key with this date may tell what time it is. It is checked then though it is refused for its date, for by
   * a clock that is behind everything is from the future.
   */
  const isWitness = (address: NodeAddress, record: IdentityRecord, holds: boolean, at: Millis): boolean =>
    config.role === 'leaf' && time.isNews(address, at) && judge(record, holds, at).level > 0;

  const keepIdentity = (
    address: NodeAddress,
    record: IdentityRecord,
    raw: Uint8Array,
    id: MessageId,
    holds: boolean,
  ): Result<KnownIdentity> => {
    const trust = judge(record, holds);
    const since = identities.get(address)?.since ?? context.now();
    const identity: KnownIdentity = { address, record, raw, id, credentialHolds: holds, trust, since };
    const put = identities.put(identity);
    if (put === undefined) return refuse('over-capacity');
    rules.kept.keep(address, raw, holds);
    const evicted = put.removed?.address;
    if (evicted !== undefined && evicted !== address) rules.kept.drop(evicted);
    slots.raiseEpoch(address, record.epoch);
    slots.setTrust(address, identity.trust.level);
    // What was taken when only the key was known, perhaps before this node started, or when the record said something else.
    slots.removeUnless(address, (offer) => offerHolds(offer, identity) === undefined);
    rules.onIdentity(identity);
    retryParked(address);
    return ok(identity);
  };

  /** Only a pinned registrar's signature is worth a check; any other credential stays at level 0 whatever it is. */
  const checkCredential = (record: IdentityRecord, then: (holds: boolean) => void): void => {
    const credential = record.credential === undefined ? undefined : decodeCredential(record.credential);
    if (credential === undefined || !credential.ok) return then(false);
    const judged = judge(record, true);
    if (judged.registrar === undefined) return then(false);
    context.crypto.verify(judged.registrar.publicKey, credential.value.signed, credential.value.signature, then);
  };

  const identity: RecordIntake['identity'] = (raw, done) => {
    const decoded = decodeIdentity(raw);
    if (!decoded.ok) return done('', decoded);
    const { message, signed, signature } = decoded.value;
    const id = messageIdOf(signed);
    const address = addressOf(message.publicKey);
    const stale = (): RefusalCode | undefined => {
      if (isFuture(fromWireMinute(message.issued))) return 'from-the-future';
      if (identities.get(address)?.id === id) return 'replayed';
      return identities.isNewer(address, message, id) ? undefined : 'superseded';
    };
    const early = stale();
    const issued = fromWireMinute(message.issued);
    if (early !== undefined && (early !== 'from-the-future' || !isWitness(address, message, true, issued)))
      return done(id, early === 'replayed' ? ok('known') : refuse(early));
    context.crypto.verify(message.publicKey, signed, signature, (holds) => {
      if (!holds) return done(id, refuse('bad-signature'));
      checkCredential(message, (credentialHolds) => {
        if (isWitness(address, message, credentialHolds, issued)) time.note(address, issued);
        const late = stale();
        if (late !== undefined) return done(id, late === 'replayed' ? ok('known') : refuse(late));
        if (!perKey.take(address, context.now())) return done(id, refuse('rate-limited'));
        const kept = keepIdentity(address, message, raw, id, credentialHolds);
        if (kept.ok) done(id, ok('new'), standingOf(kept.value, context.now()));
        else done(id, kept);
      });
    });
  };

  /** What must hold between an offer and whoever signed it, as far as that is known. */
  const offerHolds = (record: OfferRecord, issuer: KnownIdentity | undefined): RefusalCode | undefined => {
    if (issuer !== undefined && (issuer.record.capabilities & CAPABILITY.THERAPIST) === 0) return 'missing-capability';
    if (record.epoch < (issuer?.record.epoch ?? 0)) return 'stale-epoch';
    if (record.kind === 'withdraw') return undefined;
    const trustLevel = issuer?.trust.level ?? 0;
    const offerer = {
      beruf: issuer?.trust.credential?.beruf ?? issuer?.record.profile?.beruf ?? 'PP',
      zulassung: trustLevel >= 2 ? issuer?.trust.credential?.zulassung : undefined,
      trustLevel,
    };
    const allowed = checkPayers(fromMask(KOSTENTRAEGER, record.kostentraeger), offerer);
    return allowed.ok ? undefined : allowed.code;
  };

  const offerRecord: RecordIntake['offerRecord'] = (room, raw, done, onParked) => {
    const decoded = decodeOfferRecord(raw);
    if (!decoded.ok) return done('', decoded);
    const { message, signed, signature } = decoded.value;
    const id = messageIdOf(signed);
    const issued = fromWireMinute(message.issued);
    const bearsWitness = (): boolean => {
      const issuer = identities.get(message.address);
      return issuer !== undefined && isWitness(issuer.address, issuer.record, issuer.credentialHolds, issued);
    };
    if (isFuture(issued) && !bearsWitness()) return done(id, refuse('from-the-future'));
    if (slots.holds(id)) return done(id, ok('known'));
    if (slots.isSuperseded(message)) return done(id, refuse('superseded'));
    const publicKey = identities.get(message.address)?.record.publicKey ?? keys.get(message.address);
    if (publicKey === undefined) {
      if (room === undefined) return done(id, refuse('unknown-key'));
      // A copy with another signature does not take the place of this one.
      const region = message.kind === 'announce' ? regionOfPlz(message.plz) : undefined;
      const again = (): void => offerRecord(room, raw, done, onParked);
      const parked = { issuer: message.address, region, since: context.now(), again };
      const waits = parkAt(room, `${id}${toHex(signature)}`, parked, config.limits.parkedPerLink);
      return waits ? onParked?.(id) : done(id, refuse('unknown-key'));
    }
    // Again here: a key that comes sets everything going at once that waited for it.
    if (context.crypto.pending() >= config.limits.pendingCrypto) return done(id, refuse('over-capacity'));
    context.crypto.verify(publicKey, signed, signature, (holds) => {
      if (!holds) return done(id, refuse('bad-signature'));
      if (bearsWitness()) time.note(message.address, issued);
      const present = identities.get(message.address);
      const wrong = offerHolds(message, present);
      if (wrong !== undefined) return done(id, refuse(wrong));
      if (slots.holds(id)) return done(id, ok('known'));
      if (!perKey.take(message.address, context.now())) return done(id, refuse('rate-limited'));
      const kept = slots.put(message, raw, present?.trust.level ?? 0);
      if (!kept.ok) return done(id, kept);
      done(id, ok('new'), present === undefined ? 'stranger' : standingOf(present, context.now()));
    });
  };

  const retryParked = (issuer: NodeAddress): void => {
    for (const room of [...peers.ready(), airRoom]) {
      if (room.parked.size === 0) continue;
      for (const [key, parked] of [...room.parked]) {
        if (parked.issuer !== issuer) continue;
        room.parked.delete(key);
        parked.again();
      }
    }
  };

  return {
    identity,
    offerRecord,
    keyKnown: retryParked,
    airRoom,
    adoptIdentity: (raw) => {
      const decoded = decodeIdentity(raw);
      if (!decoded.ok) return decoded;
      const { message, signed } = decoded.value;
      const credential = message.credential === undefined ? undefined : decodeCredential(message.credential);
      const id = messageIdOf(signed);
      const address = addressOf(message.publicKey);
      // Our own credential is checked like anybody's, after the record is in its place.
      if (credential?.ok) {
        checkCredential(message, (holds) => {
          if (holds && identities.get(address)?.id === id) keepIdentity(address, message, raw, id, true);
        });
      }
      return keepIdentity(address, message, raw, id, false);
    },
    adoptOffer: (raw) => {
      const decoded = decodeOfferRecord(raw);
      if (!decoded.ok) return decoded;
      const { message, signed } = decoded.value;
      const kept = slots.put(message, raw, identities.get(message.address)?.trust.level ?? 0);
      return kept.ok ? ok(messageIdOf(signed)) : kept;
    },
  };
};

/** Verdicts on registrars that are pinned later, or revocations that came: judge everybody again. */
export const rejudge = (
  identity: KnownIdentity,
  registrars: readonly PinnedRegistrar[],
  revocations: readonly RevocationList[],
  now: Millis,
): KnownIdentity => ({
  ...identity,
  trust: judgeCredential({
    credential: identity.record.credential,
    therapistKey: identity.record.publicKey,
    registrars,
    revocations,
    now,
    signatureHolds: identity.credentialHolds,
  }),
});
