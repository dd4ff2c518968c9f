import type { MessageId, Millis, OfferId } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { TOMBSTONE_TTL } from '#core/domain/limits.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { splitSignature } from '#core/wire/signed.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { IdentityBook, KnownIdentity } from '#engine/records/identity-book.ts';
import type { OwnRecords } from '#engine/records/own-records.ts';
import { type RecordIntake, rejudge } from '#engine/records/record-intake.ts';
import type { RevocationBook } from '#engine/records/revocation-book.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';

/** Own records into the sets and the outbox, and what follows when an identity becomes known or is judged anew. */
export interface OwnIssuer extends OwnRecords {
  /** A relay introduces itself on a new link, so that its custody can be checked. */
  introduce(peer: Peer): void;
  /** Revocations changed: every trust level is judged again. */
  rejudge(): void;
  /** An identity came or was replaced: its credential is watched until it is over. */
  known(identity: KnownIdentity): void;
}

export interface OwnIssuerRules {
  readonly config: EngineConfig;
  readonly peers: PeerTable;
  readonly identities: IdentityBook;
  readonly slots: SlotShelf;
  readonly records: RecordIntake;
  readonly outbox: Outbox;
  readonly revocations: RevocationBook;
}

const TIMER = 'credentials expire';

export const createOwnIssuer = (context: Context, rules: OwnIssuerRules): OwnIssuer => {
  const { config, peers, identities, slots, records, outbox, revocations } = rules;

  const spread = (owner: string, raw: Uint8Array): void => {
    const id: MessageId = messageIdOf(splitSignature(raw).signed);
    if (config.role === 'relay') {
      for (const peer of peers.ready()) context.send(peer.link, raw);
      return;
    }
    const expires = (context.now() + TOMBSTONE_TTL) as Millis;
    const added = outbox.add({ id, frame: raw, owner, notBefore: context.now(), expires, sentAt: undefined });
    if (!added.ok) context.refused(added.code);
  };

  const adoptRejudged = (identity: KnownIdentity): void => {
    const next = rejudge(identity, config.registrars, revocations.lists(), context.now());
    identities.put(next);
    slots.setTrust(next.address, next.trust.level);
  };

  const rejudgeAll = (): void => {
    for (const identity of [...identities.all()]) adoptRejudged(identity);
    context.notify('slots');
    context.notify('practice');
    watchExpiry();
  };

  const watch = ({ trust }: KnownIdentity): void => {
    if (trust.level !== 2 || trust.credential === undefined) return;
    context.timers.atLatest(TIMER, fromWireMinute(trust.credential.validUntil), rejudgeAll);
  };

  /** When the first of the credentials that hold is over, all are judged again. */
  const watchExpiry = (): void => {
    let first: Millis | undefined;
    for (const { trust } of identities.all()) {
      const end = trust.level === 2 && trust.credential ? fromWireMinute(trust.credential.validUntil) : undefined;
      if (end !== undefined && (first === undefined || end < first)) first = end;
    }
    if (first !== undefined) context.timers.set(TIMER, first, rejudgeAll);
  };

  return {
    identity: (raw) => {
      const adopted = records.adoptIdentity(raw);
      if (adopted.ok) spread('identity:', raw);
      else context.refused(adopted.code);
    },
    offer: (offer: OfferId, raw) => {
      const kept = records.adoptOffer(raw);
      if (kept.ok) spread(`offer:${offer}`, raw);
      else context.refused(kept.code);
    },
    introduce: (peer) => {
      const address = config.role === 'relay' ? config.identity?.address : undefined;
      const raw = address === undefined ? undefined : identities.get(address)?.raw;
      if (raw !== undefined) context.send(peer.link, raw);
    },
    rejudge: rejudgeAll,
    known: watch,
  };
};
