import type { MessageId } from '#core/brand.ts';
import { createBundleShelf } from '#engine/bundles/bundle-shelf.ts';
import { createCustodyDesk } from '#engine/bundles/custody-desk.ts';
import { createOutbox, type OutboxPhase } from '#engine/bundles/outbox.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { createGreeting } from '#engine/links/greeting.ts';
import { createPeerParts } from '#engine/peers/peer-parts.ts';
import { createIdentityBook, type KnownIdentity } from '#engine/records/identity-book.ts';
import { createKeptIdentities } from '#engine/records/kept-identities.ts';
import { createKeyBook } from '#engine/records/key-book.ts';
import { createOwnIssuer, type OwnIssuer } from '#engine/records/own-issuer.ts';
import { createRecordIntake, rejudge } from '#engine/records/record-intake.ts';
import { createRevocationBook } from '#engine/records/revocation-book.ts';
import { createSlotShelf } from '#engine/records/slot-shelf.ts';
import type { WitnessedTime } from '#engine/records/witnessed-time.ts';

/** The lower half of an engine's parts: links, public records, and what is owed to the network. */

/** More practices than radios bring to one place. */
const KEYS_FROM_THE_AIR = 4_096;

/** What everything else stands on: who is linked, who is known, what is kept. */
export const layGround = (context: Context, config: EngineConfig, snapshot: Uint8Array | undefined) => ({
  ...createPeerParts(context, config),
  greeting: createGreeting(context, config),
  identities: createIdentityBook(config.limits.identities),
  keys: createKeyBook(KEYS_FROM_THE_AIR),
  slots: createSlotShelf(context, {
    capacity: config.limits.announcements,
    snapshot,
    // A relay starts seldom, and its disk is asked often.
    packs: config.role === 'leaf',
  }),
  shelf: createBundleShelf(config.limits),
});
export type Ground = ReturnType<typeof layGround>;

/** What is told upwards; the practice and the patient's requests are made after the records. */
export interface RecordHooks {
  readonly onPhase: (entry: OutboxEntry, phase: OutboxPhase) => void;
  readonly onIdentity: (known: KnownIdentity) => void;
  readonly onCustody: (ids: readonly MessageId[]) => void;
  readonly time: WitnessedTime;
}

export const wireRecords = (context: Context, config: EngineConfig, ground: Ground, hooks: RecordHooks) => {
  const { peers, identities, keys, slots, watch } = ground;
  const { resend } = config.timing;
  const outbox = createOutbox(context, peers, { capacity: config.limits.outbox, resend, onPhase: hooks.onPhase });
  const revocations = createRevocationBook(context, config, () => {
    own.rejudge();
    hooks.time.retain((address) => identities.get(address)?.trust.reason !== 'credential-revoked');
  });
  const onIdentity = (known: KnownIdentity): void => {
    own.known(known);
    hooks.onIdentity(known);
  };
  const lists = revocations.lists;
  const kept = createKeptIdentities(context, {
    identities,
    packs: config.role === 'leaf',
    judge: (identity) => rejudge(identity, config.registrars, lists(), context.now()),
    onEpoch: slots.raiseEpoch,
    onOpened: (identity) => {
      slots.setTrust(identity.address, identity.trust.level);
      own.known(identity);
    },
    // What the snapshot said of their trust may be over.
    onAllOpened: () => context.notify('slots'),
  });
  const records = createRecordIntake(context, {
    config,
    peers,
    identities,
    keys,
    kept,
    slots,
    revocations: lists,
    time: hooks.time,
    onIdentity,
  });
  const own: OwnIssuer = createOwnIssuer(context, { config, peers, identities, slots, records, outbox, revocations });
  const custody = createCustodyDesk(context, {
    identity: config.role === 'relay' ? config.identity : undefined,
    identities,
    peers,
    onCustody: (ids, keeper) => {
      for (const id of ids) if (outbox.custody(id)) watch.onCustody(keeper);
      hooks.onCustody(ids);
    },
  });
  return { outbox, revocations, kept, records, own, custody };
};
export type Records = ReturnType<typeof wireRecords>;
