import type { Epoch, Millis, NodeAddress, OfferId, Plz } from '#core/brand.ts';
import { EMPTY_CALENDAR } from '#core/calendar/practice-calendar.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import { ok, refuse } from '#core/result.ts';
import type {
  Decision,
  Held,
  InboxEntry,
  NodeClient,
  NodeTopic,
  OfferView,
  OwnSlot,
  PracticeView,
  Profile,
  Trust,
} from '#host/rpc/api.ts';
import { filledOffers, slotOf, soon } from './fixture-offers.ts';

const ADDRESS = 'ab'.repeat(16) as NodeAddress;
const WORDS =
  'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual';

const HOLD_MS = 6_000;

const NO_TRUST: Trust = {
  level: 0,
  reason: undefined,
  registrar: undefined,
  validUntil: undefined,
  revocationListFrom: undefined,
};

const PROFILE: Profile = {
  name: 'Dr. Miriam Aydın',
  beruf: 'PP',
  street: 'Amalienstraße 12',
  plz: '80799' as Plz,
  city: 'München',
  phone: '089 123456-7',
  email: 'praxis@beispiel.example',
  website: 'https://praxis.beispiel.example',
  impressum: 'Dr. Miriam Aydın\nAmalienstraße 12\n80799 München',
  languages: ['de', 'tr'],
  stepFree: true,
  lift: true,
  signLanguage: false,
};

type PracticeCalls = Pick<
  NodeClient,
  | 'practice'
  | 'newWords'
  | 'createPractice'
  | 'saveProfile'
  | 'importCredential'
  | 'saveOffer'
  | 'addSlots'
  | 'withdrawOffer'
  | 'changeCalendar'
  | 'decide'
  | 'undo'
  | 'acknowledge'
  | 'inbox'
>;

export const practiceCalls = (
  tell: (topic: NodeTopic) => void,
): PracticeCalls & { fill(): void; retire(): void; clear(): void } => {
  let practice: PracticeView | undefined;
  let inbox: InboxEntry[] = [];

  const put = (change: Partial<PracticeView>): PracticeView => {
    const next: PracticeView = {
      address: ADDRESS,
      publicKey: new Uint8Array(32),
      epoch: 0 as Epoch,
      profile: undefined,
      trust: NO_TRUST,
      offers: [],
      calendar: EMPTY_CALENDAR,
      restoring: false,
      retired: false,
      ...practice,
      ...change,
    };
    practice = next;
    tell('practice');
    return next;
  };
  const offerOf = (id: OfferId): OfferView | undefined => practice?.offers.find((one) => one.id === id);
  const putOffer = (offer: OfferView): OfferView => {
    const others = (practice?.offers ?? []).filter((one) => one.id !== offer.id);
    put({ offers: [...others, offer].sort((a, b) => a.id - b.id) });
    return offer;
  };
  const changeSlot = (id: OfferId, start: Millis, change: Partial<OwnSlot>): void => {
    const offer = offerOf(id);
    if (offer === undefined) return;
    putOffer({ ...offer, slots: offer.slots.map((slot) => (slot.start === start ? { ...slot, ...change } : slot)) });
  };
  const changeEntry = (requestId: string, change: Partial<InboxEntry>): void => {
    inbox = inbox.map((one) => (one.requestId === requestId ? { ...one, ...change } : one));
    tell('inbox');
  };
  const waiting = new Map<string, { readonly decision: Decision; readonly timer: ReturnType<typeof setTimeout> }>();
  const show = (decision: Decision, held: Held | undefined): void => {
    if (decision.kind === 'withdraw-slot') return changeSlot(decision.offer, decision.start, { held });
    changeEntry(decision.requestId, { held });
    if (decision.kind === 'call-off')
      for (const { id, slots } of practice?.offers ?? [])
        for (const { start, confirmedRequest } of slots)
          if (confirmedRequest === decision.requestId) changeSlot(id, start, { held });
  };
  const perform = (decision: Decision): void => {
    if (decision.kind === 'withdraw-slot')
      return changeSlot(decision.offer, decision.start, { state: 'withdrawn', requests: 0 });
    const chosen = inbox.find((one) => one.requestId === decision.requestId);
    if (chosen === undefined) return;
    if (decision.kind === 'call-off') {
      const { reason, text } = decision;
      changeEntry(decision.requestId, { phase: 'called-off', answer: 'queued', callOff: { reason, text } });
      return changeSlot(chosen.ref.offer, chosen.ref.start, { state: 'withdrawn', confirmedFor: undefined });
    }
    if (decision.kind === 'reject') return changeEntry(decision.requestId, { phase: 'rejected', answer: 'sent' });
    for (const one of inbox) {
      if (one.ref.start === chosen.ref.start) changeEntry(one.requestId, { phase: 'rejected', answer: 'queued' });
    }
    changeEntry(decision.requestId, { phase: 'confirmed', answer: 'queued', note: decision.note, how: decision.how });
    changeSlot(chosen.ref.offer, chosen.ref.start, { state: 'confirmed', requests: 0, confirmedFor: chosen.pseudonym });
  };
  const end = (id: string): Decision | undefined => {
    const held = waiting.get(id);
    clearTimeout(held?.timer);
    waiting.delete(id);
    if (held !== undefined) show(held.decision, undefined);
    return held?.decision;
  };
  const entry = (
    requestId: string,
    start: Millis,
    minutes: number,
    change: Partial<InboxEntry>,
    type: InboxEntry['type'] = 'SPRECHSTUNDE',
  ): InboxEntry => {
    const now = Date.now() as Millis;
    return {
      requestId,
      ref: { practice: ADDRESS, offer: (type === 'SPRECHSTUNDE' ? 0 : 1) as OfferId, start },
      minutes,
      type,
      modalitaeten: ['VOR_ORT'],
      receivedAt: (now - 40 * MINUTE) as Millis,
      deadline: (now + 9 * HOUR) as Millis,
      phase: 'open',
      answer: undefined,
      sender: requestId,
      pseudonym: 'Mondlicht',
      text: '',
      code: '',
      note: '',
      unseen: false,
      held: undefined,
      ...change,
    };
  };

  const fill = (): void => {
    const now = Date.now() as Millis;
    const trust: Trust = {
      level: 2,
      reason: undefined,
      registrar: { name: 'Demo-Register Isar', demo: true },
      validUntil: (now + 400 * DAY) as Millis,
      revocationListFrom: (now - DAY) as Millis,
    };
    const a = soon(now, 3, 14, 30);
    const b = soon(now, 5, 9);
    put({ profile: PROFILE, trust });
    for (const offer of filledOffers(now, a, b)) putOffer(offer);
    inbox = [
      entry('in-1', a, 25, { text: 'Ich könnte auch per Video kommen.', code: '7KQM2XD94RTV' }),
      entry('in-2', a, 25, {
        pseudonym: 'K. aus der Au',
        text: 'Vormittags geht es bei mir leichter.',
        receivedAt: (now - 3 * HOUR) as Millis,
      }),
      entry(
        'in-3',
        b,
        50,
        { sender: 'in-1', pseudonym: 'Mondlicht', receivedAt: (now - 15 * HOUR) as Millis },
        'PROBATORIK',
      ),
      entry('in-4', soon(now, 3, 16), 25, {
        pseudonym: 'Linde',
        phase: 'confirmed',
        answer: 'custody',
        note: '2. Stock, Klingel Aydın',
      }),
      entry('in-5', soon(now, 2, 10), 25, { pseudonym: 'Amsel', phase: 'cancelled', unseen: true }),
    ];
  };

  return {
    fill,
    /** Another device has the practice. */
    retire: () => {
      fill();
      put({ retired: true });
    },
    clear: () => {
      practice = undefined;
      inbox = [];
      tell('practice');
    },
    practice: () => Promise.resolve(practice),
    newWords: () => Promise.resolve(WORDS),
    createPractice: (input) => {
      if (input.words.includes('falsch')) return Promise.resolve(refuse('malformed'));
      return Promise.resolve(ok(put({ restoring: input.restore })));
    },
    saveProfile: (profile) => Promise.resolve(ok(put({ profile }))),
    importCredential: (text) => {
      const now = Date.now() as Millis;
      if (text.includes('kaputt')) return Promise.resolve(refuse('malformed'));
      if (text.includes('alt')) {
        put({ trust: { ...NO_TRUST, reason: 'credential-expired' } });
        return Promise.resolve(refuse('credential-expired'));
      }
      const registrar = { name: 'Demo-Register Isar', demo: true };
      return Promise.resolve(
        ok(put({ trust: { ...NO_TRUST, level: 2, registrar, validUntil: (now + 400 * DAY) as Millis } })),
      );
    },
    saveOffer: (draft) => {
      const used = new Set((practice?.offers ?? []).map((one) => Number(one.id)));
      let id = 0;
      while (used.has(id)) id += 1;
      const old = draft.id === undefined ? undefined : offerOf(draft.id);
      const offer: OfferView = {
        slots: [],
        announcedAt: undefined,
        spread: 'queued',
        ...old,
        ...draft,
        id: draft.id ?? (id as OfferId),
      };
      return Promise.resolve(ok(putOffer(offer)));
    },
    addSlots: (id, starts) => {
      const offer = offerOf(id);
      if (offer === undefined) return Promise.resolve(refuse('not-found'));
      const slots = [...offer.slots, ...starts.map((start) => slotOf(start, 'free'))];
      slots.sort((x, y) => x.start - y.start);
      return Promise.resolve(ok(putOffer({ ...offer, slots, announcedAt: Date.now() as Millis, spread: 'sent' })));
    },
    withdrawOffer: (id) => {
      put({ offers: (practice?.offers ?? []).filter((one) => one.id !== id) });
      return Promise.resolve(ok(null));
    },
    changeCalendar: (change) => {
      const { patterns, ...rest } = practice?.calendar ?? EMPTY_CALENDAR;
      if (change.kind === 'set-land') put({ calendar: { patterns, ...rest, land: change.land } });
      else if (change.kind === 'set-busy') put({ calendar: { patterns, ...rest, busy: change.busy } });
      else {
        const id = change.kind === 'save-pattern' ? change.pattern.id : change.id;
        const others = patterns.filter((one) => one.id !== id);
        const saved = change.kind === 'save-pattern' ? [change.pattern] : [];
        put({ calendar: { ...rest, patterns: [...others, ...saved] } });
      }
      return Promise.resolve(ok(null));
    },
    decide: (decision) => {
      const from = Date.now() as Millis;
      const id = `held ${waiting.size} ${from}`;
      const timer = setTimeout(() => {
        const due = end(id);
        if (due !== undefined) perform(due);
      }, HOLD_MS);
      waiting.set(id, { decision, timer });
      show(decision, { id, kind: decision.kind, from, at: (from + HOLD_MS) as Millis });
      return Promise.resolve(ok(null));
    },
    undo: (id) => {
      end(id);
      return Promise.resolve(ok(null));
    },
    acknowledge: (requestId) => {
      changeEntry(requestId, { unseen: false });
      return Promise.resolve(ok(null));
    },
    inbox: () => Promise.resolve(inbox),
  };
};
