import type { LinkId, MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { decodeCustody, encodeCustody, MAX_CUSTODY_IDS } from '#core/wire/custody.ts';
import { type Envelope, type EnvelopeHead, encodeEnvelope, signedPart } from '#core/wire/envelope.ts';
import type { OwnKey } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import { largest } from '#engine/tables.ts';

/**
 * Signed custody: "I have committed these." Given by a relay to the link that a message came from, checked by whoever gave
 * the message away. Ids gather for a moment, and while a signature is under way, so that a busy link needs few of them.
 */
export interface CustodyDesk {
  /** We committed (or are committing, in this very step) what this peer gave us. */
  owe(peer: Peer, id: MessageId): void;
  /** A custody envelope came. */
  onEnvelope(peer: Peer, envelope: Envelope): void;
  close(link: LinkId): void;
}

export interface CustodyRules {
  /** Undefined on leaves: they take no custody. */
  readonly identity: OwnKey | undefined;
  readonly identities: IdentityBook;
  readonly peers: Pick<PeerTable, 'get'>;
  readonly onCustody: (ids: readonly MessageId[], keeper: NodeAddress) => void;
}

interface Desk {
  readonly waiting: Set<MessageId>;
  signing: boolean;
}

const MAX_WAITING = 4_096;
/** How long ids gather, in milliseconds: passing messages on comes before promising to keep them. */
const GATHER = 2;

const timerOf = (link: LinkId): string => `custody ${link}`;

export const createCustodyDesk = (context: Context, rules: CustodyRules): CustodyDesk => {
  const desks = new Map<LinkId, Desk>();
  context.tables.add('custody owed on a link', MAX_WAITING, () =>
    largest(desks.values(), ({ waiting }) => waiting.size),
  );

  const signNext = (peer: Peer, desk: Desk, identity: OwnKey): void => {
    const ids = [...desk.waiting].slice(0, MAX_CUSTODY_IDS);
    if (ids.length === 0 || desk.signing) return;
    desk.signing = true;
    for (const id of ids) desk.waiting.delete(id);
    const payload = encodeCustody({ kind: 'custody', minute: toWireMinute(context.now()), ids });
    const destination: NodeAddress | undefined = peer.hello?.address;
    const head: EnvelopeHead = { source: identity.address, destination, payload };
    const done = (): void => {
      desk.signing = false;
      if (desks.get(peer.link) === desk) signNext(peer, desk, identity);
    };
    context.crypto.sign(
      identity.key,
      signedPart(head),
      (signature) => {
        // Not transit: it leaves only after the commit of what it acknowledges.
        if (desks.get(peer.link) === desk) context.send(peer.link, encodeEnvelope({ ...head, hops: 0, signature }));
        done();
      },
      done,
    );
  };

  return {
    owe: (peer, id) => {
      // A verdict may come after the link that waited for it is gone.
      if (rules.identity === undefined || rules.peers.get(peer.link) !== peer) return;
      const desk = desks.get(peer.link) ?? { waiting: new Set<MessageId>(), signing: false };
      desks.set(peer.link, desk);
      if (desk.waiting.size >= MAX_WAITING) return;
      desk.waiting.add(id);
      const { identity } = rules;
      if (!desk.signing) {
        context.timers.atLatest(timerOf(peer.link), (context.now() + GATHER) as Millis, () =>
          signNext(peer, desk, identity),
        );
      }
    },
    onEnvelope: (peer, envelope) => {
      const { source, payload, signature, destination } = envelope;
      const own = rules.identity?.address;
      const custody = decodeCustody(payload);
      if (!custody.ok) return context.refused(custody.code);
      if (destination !== undefined && destination !== own) return context.refused('not-found');
      if (peer.hello?.address !== source) return context.refused('unknown-key');
      const known = rules.identities.get(source);
      if (known === undefined) return context.refused('unknown-key');
      if ((known.record.capabilities & CAPABILITY.RELAY) === 0) return context.refused('missing-capability');
      context.crypto.verify(known.record.publicKey, signedPart(envelope), signature, (holds) => {
        if (holds) rules.onCustody(custody.value.ids, source);
        else context.refused('bad-signature');
      });
    },
    close: (link) => {
      desks.delete(link);
      context.timers.cancel(timerOf(link));
    },
  };
};
