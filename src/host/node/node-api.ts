import type { KeyName, Millis, OfferId } from '#core/brand.ts';
import { decodeBase64Url } from '#core/bytes/base64url.ts';
import { addressOf } from '#core/crypto/address.ts';
import { decodeWords, encodeWords, identitySeed } from '#core/crypto/words.ts';
import { ISSUE_SKEW } from '#core/domain/limits.ts';
import { normaliseVermittlungscode } from '#core/domain/vermittlungscode.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { decodeCredential } from '#core/wire/credential.ts';
import { isValidProfile } from '#core/wire/identity.ts';
import type { Command, CommandReply, Decision } from '#engine/command.ts';
import type { Views } from '#engine/views.ts';
import type { Driver } from '#host/driver.ts';
import { createBackupCalls, keepBackupSecret } from '#host/node/backups.ts';
import type { Dialling } from '#host/node/dialling.ts';
import { createHandOverCalls } from '#host/node/hand-overs.ts';
import { isOnIsland } from '#host/node/mesh-standing.ts';
import { createPickUpCalls } from '#host/node/pick-ups.ts';
import type { Places } from '#host/node/places.ts';
import {
  encodeDisplay,
  toInboxEntry,
  toOfferView,
  toPracticeView,
  toRequestView,
  whenSettled,
} from '#host/node/practice-views.ts';
import type { RelayList } from '#host/node/relay-list.ts';
import { openShared, shareSlot } from '#host/node/shared-slots.ts';
import type { NodeSearch } from '#host/node/slot-search.ts';
import { createSlotViews } from '#host/node/slot-views.ts';
import { createStationQuestions } from '#host/node/station-questions.ts';
import { toWishesView } from '#host/node/wish-views.ts';
import type { AlertApi } from '#host/rpc/alert-api.ts';
import type { Diagnostics, NodeApi, NodeStatus, OfferView, PracticeView, RequestView } from '#host/rpc/api.ts';
import type { BoardApi } from '#host/rpc/board-api.ts';
import type { MeshApi } from '#host/rpc/mesh-api.ts';
import type { BoundedClock } from '#ports/clock.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { Rng } from '#ports/rng.ts';

/** What the interface may ask (host/rpc/api.ts), answered by an engine. */
export interface NodeApiParts {
  readonly driver: Driver;
  readonly views: Views;
  readonly crypto: Crypto;
  readonly clock: BoundedClock;
  readonly random: Rng;
  readonly places: Places;
  readonly searching: NodeSearch;
  readonly relays: RelayList;
  readonly dialling: Dialling;
  readonly mesh: MeshApi;
  readonly alerts: AlertApi;
  readonly board: BoardApi;
  /** Nobody named this relay: the node found it. */
  readonly isFound: (origin: string) => boolean;
  readonly counters: () => Readonly<Record<string, number>>;
  readonly build: string;
  readonly registrars: NodeStatus['registrars'];
  readonly storage: () => NodeStatus['storage'];
  /** Stops the node and deletes its database and keys. */
  readonly deleteEverything: () => Promise<void>;
}

const MAX_CREDENTIAL_TEXT = 4_096;

export const createNodeApi = (parts: NodeApiParts): NodeApi => {
  const { driver, views, crypto, clock, random, relays, dialling } = parts;
  const slots = createSlotViews(views, parts.places);

  const run = (command: Command): Promise<CommandReply> => driver.command(command);
  const practiceView = async (reply: CommandReply): Promise<Result<PracticeView>> => {
    const view = toPracticeView(views, clock.now());
    return reply.ok ? (view === undefined ? refuse('no-identity') : ok(view)) : reply;
  };
  const offerView = (reply: CommandReply): Result<OfferView> => {
    if (!reply.ok) return reply;
    const offer = views.offers().find((own) => String(own.id) === reply.value);
    return offer === undefined ? refuse('not-found') : ok(toOfferView(views, offer, clock.now()));
  };
  const requestView = (reply: CommandReply): Result<RequestView> => {
    if (!reply.ok) return reply;
    const request = views.requests().find((own) => own.requestId === reply.value);
    return request === undefined ? refuse('not-found') : ok(toRequestView(request));
  };
  const done = (reply: CommandReply): Result<null> => (reply.ok ? ok(null) : reply);

  return {
    search: (query) => Promise.resolve({ ...parts.searching.search(query), syncedAt: views.status().syncedAt }),
    freeAreas: (query) => Promise.resolve(parts.searching.freeAreas(query)),
    slot: (ref) => Promise.resolve(slots.details(ref, clock.now())),
    shareSlot: (ref) => whenSettled(driver, () => shareSlot(views, ref)),
    openShared: (text) => openShared(run, text),
    places: (text) => Promise.resolve(parts.places.suggest(text)),

    reserve: async ({ requestId, ref, pseudonym, code, text, replaces }) => {
      const old = views.requests().find((own) => own.requestId === replaces);
      const present = views.requests().find((own) => own.requestId === requestId);
      const details = slots.details(ref, clock.now());
      if (present === undefined && details === undefined) return refuse('slot-gone');
      const reply = await run({
        kind: 'reserve',
        requestId,
        ...ref,
        pseudonym: old?.pseudonym ?? pseudonym.trim(),
        code: old?.code ?? normaliseVermittlungscode(code),
        text: text.trim(),
        replaces,
        display: details === undefined ? '' : encodeDisplay(details),
      });
      return requestView(reply);
    },
    cancel: async (requestId) => requestView(await run({ kind: 'cancel', requestId })),
    forgetRequest: async (requestId) => done(await run({ kind: 'forget-request', requestId })),
    requests: () =>
      whenSettled(driver, () => views.requests().flatMap((own) => (own.pickUp?.guest ? [] : [toRequestView(own)]))),
    wishes: () => whenSettled(driver, () => toWishesView(views, slots, clock.now())),
    addWish: async ({ wishId, after, ref }) => {
      const details = slots.details(ref, clock.now());
      const isKnown = views.wishes()?.waiting.some(({ requestId }) => requestId === wishId);
      if (details === undefined && !isKnown) return refuse('slot-gone');
      const display = details === undefined ? '' : encodeDisplay(details);
      return done(await run({ kind: 'wish', requestId: wishId, after, ...ref, display }));
    },
    reorderWishes: async (order) => done(await run({ kind: 'reorder-wishes', order: order.map(String) })),
    dropWish: async (wishId) => done(await run({ kind: 'drop-wish', requestId: wishId })),
    ...createPickUpCalls({ run, views, slots, crypto, clock, random }),
    ...createHandOverCalls({ run, views }),

    practice: () => whenSettled(driver, () => toPracticeView(views, clock.now())),
    newWords: () => Promise.resolve(encodeWords(random.bytes(32))),
    createPractice: async ({ words, restore }) => {
      const entropy = decodeWords(words);
      if (!entropy.ok) return refuse('malformed' satisfies RefusalCode);
      const key = 'identity' as KeyName;
      const present = views.practice();
      const seed = identitySeed(entropy.value);
      if (present !== undefined) {
        const again = await adoptAgain(crypto, seed, present.publicKey);
        if (again.ok) await keepBackupSecret(crypto, entropy.value);
        return practiceView(again);
      }
      await keepBackupSecret(crypto, entropy.value);
      const publicKey = await crypto.importIdentity(key, seed);
      return practiceView(await run({ kind: 'adopt-identity', key, publicKey, restore }));
    },
    ...createBackupCalls({ run, views, crypto, clock, random }),
    saveProfile: async (profile) => {
      if (!isValidProfile(profile) || profile.name.trim() === '') return refuse('malformed');
      return practiceView(await run({ kind: 'save-profile', profile }));
    },
    importCredential: async (text) => {
      if (text.length > MAX_CREDENTIAL_TEXT) return refuse('too-large');
      const credential = decodeBase64Url(text.replace(/\s/g, ''));
      const decoded = credential === undefined ? undefined : decodeCredential(credential);
      if (credential === undefined || decoded === undefined) return refuse('malformed');
      // Whatever it is instead, to whoever pasted it it is no credential.
      if (!decoded.ok) return refuse(decoded.code === 'too-large' ? 'too-large' : 'malformed');
      const practice = views.practice();
      if (practice === undefined) return refuse('no-identity');
      if (addressOf(decoded.value.message.therapistKey) !== practice.address) return refuse('credential-other-key');
      return practiceView(await run({ kind: 'import-credential', credential }));
    },
    saveOffer: async (offer) => offerView(await run({ kind: 'save-offer', offer })),
    addSlots: async (offer: OfferId, starts: Millis[]) => offerView(await run({ kind: 'add-slots', offer, starts })),
    withdrawOffer: async (offer) => done(await run({ kind: 'withdraw-offer', offer })),
    changeCalendar: async (change) => done(await run({ kind: 'change-calendar', change })),
    decide: async (decision) => done(await run({ kind: 'hold', decision: withoutMargins(decision) })),
    undo: async (id) => done(await run({ kind: 'undo', id })),
    acknowledge: async (requestId) => done(await run({ kind: 'acknowledge', requestId })),
    blockSender: async (requestId) => done(await run({ kind: 'block', requestId })),
    unblockSender: async (sender) => done(await run({ kind: 'unblock', sender })),
    blockedSenders: () => whenSettled(driver, () => [...views.blocked()]),
    practiceStatistics: () => whenSettled(driver, () => [...views.tally()]),
    forgetStatistics: async () => done(await run({ kind: 'forget-statistics' })),
    inbox: () =>
      whenSettled(driver, () =>
        views.inbox().flatMap((record) => {
          const entry = toInboxEntry(views, record);
          return entry === undefined ? [] : [entry];
        }),
      ),

    attend: async () => done(await run({ kind: 'attend' })),
    resume: async () => {
      dialling.retryNow();
      return done(await run({ kind: 'resume' }));
    },
    status: () => Promise.resolve(toStatus(parts)),
    addRelay: async (origin) => {
      const added = await relays.add(origin);
      if (added.ok) dialling.add(added.value);
      return added.ok ? ok(null) : added;
    },
    removeRelay: async (origin) => {
      await relays.remove(origin);
      dialling.remove(origin);
      return ok(null);
    },
    diagnostics: () => Promise.resolve(toDiagnostics(parts)),
    ...parts.board,
    ...createStationQuestions({ run, views, clock }),
    ...alertCalls(parts.alerts),
    ...meshCalls(parts.mesh),
    deleteEverything: parts.deleteEverything,
  };
};

/** What a person wrote, without the spaces around it. */
const withoutMargins = (decision: Decision): Decision => {
  if (decision.kind === 'confirm') return { ...decision, note: decision.note.trim() };
  return decision.kind === 'call-off' ? { ...decision, text: decision.text.trim() } : decision;
};

/** The same words again are no error; other words are, while this device is a practice already. */
const adoptAgain = async (crypto: Crypto, seed: Uint8Array, present: Uint8Array): Promise<CommandReply> => {
  const name = 'identity candidate' as KeyName;
  const publicKey = await crypto.importIdentity(name, seed);
  await crypto.forget([name]);
  return addressOf(publicKey) === addressOf(present) ? ok('') : refuse('wrong-state');
};

const alertCalls = ({ alerts, keepAlert, seeAlert, dropAlert, restoreAlert }: AlertApi): AlertApi => ({
  alerts,
  keepAlert,
  seeAlert,
  dropAlert,
  restoreAlert,
});

/** These and no others: what a program may say beyond them (a patience of its own) does not cross realms. */
const meshCalls = (mesh: MeshApi): MeshApi => ({
  send: (to, body) => mesh.send(to, body),
  broadcast: (body) => mesh.broadcast(body),
  trace: (target) => mesh.trace(target),
  mesh: () => mesh.mesh(),
  messages: () => mesh.messages(),
});

const toStatus = (parts: NodeApiParts): NodeStatus => {
  const { syncedAt, skew, announcements, queued, notBefore, isTimeDoubted } = parts.views.status();
  const behind = parts.clock.behind();
  const isCompared = notBefore > 0 || skew !== undefined || syncedAt !== undefined;
  return {
    role: 'leading',
    // One that was found is this device's relay once it is linked; before that it is an attempt.
    relays: parts.dialling.status().flatMap((relay) => {
      const found = parts.isFound(relay.origin);
      return found && relay.state !== 'connected' ? [] : [{ ...relay, found }];
    }),
    isIsland: isOnIsland(parts.views.topology()),
    syncedAt,
    slots: announcements,
    queued,
    clockSkew: skew === undefined ? undefined : ((skew - behind) as Millis),
    clockBehind: behind,
    isDated: isCompared && !isTimeDoubted && (skew ?? 0) - behind >= -ISSUE_SKEW,
    storage: parts.storage(),
    demo: parts.registrars.some((registrar) => registrar.demo),
    registrars: parts.registrars,
  };
};

const toDiagnostics = (parts: NodeApiParts): Diagnostics => ({
  build: parts.build,
  counters: parts.counters(),
  outbox: [...parts.views.outbox()].map((entry) => ({
    id: entry.id,
    kind: entry.owner.split(':')[0] ?? '',
    phase: entry.sentAt === undefined ? 'queued' : 'sent',
    bytes: entry.frame.length,
  })),
});
