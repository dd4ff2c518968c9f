import type { Millis, NodeAddress, Plz, WireMinute } from '#core/brand.ts';
import { isTooSoon } from '#core/domain/deadline.ts';
import { AGE_GROUPS, fromMask, KOSTENTRAEGER, MODALITAETEN, SLOT_TYPES, VERFAHREN } from '#core/domain/values.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { type Announce, plzText } from '#core/wire/announce.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';
import type { StoredOffer } from '#engine/slots/slot-record.ts';
import type { Views } from '#engine/views.ts';
import type { Places } from '#host/node/places.ts';
import type { Profile, SlotCard, SlotDetails, SlotRef, Trust } from '#host/rpc/api.ts';

/** Announcements and identities, put together as the interface shows them. */
export interface SlotViews {
  card(ref: SlotRef, distanceKm: number | undefined): SlotCard | undefined;
  details(ref: SlotRef, now: Millis): SlotDetails | undefined;
  /** A slot that need not be in any announcement any more. */
  announced(ref: SlotRef, announce: Announce): SlotDetails;
  trust(address: NodeAddress): Trust;
}

const NO_PROFILE: Profile = {
  name: '',
  beruf: 'PP',
  street: '',
  plz: '00000' as Plz,
  city: '',
  phone: '',
  email: '',
  website: '',
  impressum: '',
  languages: [],
  stepFree: false,
  lift: false,
  signLanguage: false,
};

export const toTrust = (known: KnownIdentity | undefined): Trust => {
  const judged = known?.trust;
  return {
    level: judged?.level ?? 0,
    reason: judged?.reason,
    registrar:
      judged?.registrar === undefined ? undefined : { name: judged.registrar.name, demo: judged.registrar.demo },
    validUntil: judged?.credential === undefined ? undefined : fromWireMinute(judged.credential.validUntil),
    revocationListFrom: judged?.revocationListFrom,
  };
};

/** Someone whose credential holds is called what the registrar calls them. */
const nameOf = (known: KnownIdentity | undefined): string =>
  (known?.trust.level === 2 ? known.trust.credential?.name : undefined) ?? known?.record.profile?.name ?? '';

export const createSlotViews = (views: Pick<Views, 'offer' | 'identity'>, places: Places): SlotViews => {
  const stored = (ref: SlotRef): StoredOffer | undefined => {
    const offer = views.offer(ref.practice, ref.offer);
    return offer?.announce.starts.some((start: WireMinute) => fromWireMinute(start) === ref.start) ? offer : undefined;
  };

  const toCard = (ref: SlotRef, announce: Announce, distanceKm: number | undefined): SlotCard => {
    const known = views.identity(ref.practice);
    const plz = plzText(announce.plz);
    return {
      ref,
      minutes: announce.minutes,
      type: SLOT_TYPES[announce.slotType] ?? 'SPRECHSTUNDE',
      verfahren: fromMask(VERFAHREN, announce.verfahren),
      modalitaeten: fromMask(MODALITAETEN, announce.modalitaet),
      kostentraeger: fromMask(KOSTENTRAEGER, announce.kostentraeger),
      ageGroup: AGE_GROUPS[announce.ageGroup] ?? 'ALL',
      series: announce.series,
      codeRequired: announce.codeRequired,
      plz,
      place: places.nameOf(plz) ?? known?.record.profile?.city ?? '',
      distanceKm,
      name: nameOf(known),
      trust: toTrust(known),
      announcedAt: fromWireMinute(announce.issued),
    };
  };

  const toDetails = (
    ref: SlotRef,
    announce: Announce,
    expiresAt: Millis,
    refusal: RefusalCode | undefined,
  ): SlotDetails => {
    const known = views.identity(ref.practice);
    return {
      ...toCard(ref, announce, undefined),
      beruf: known?.trust.credential?.beruf ?? known?.record.profile?.beruf,
      zulassung: known?.trust.level === 2 ? known.trust.credential?.zulassung : undefined,
      profile: known?.record.profile ?? NO_PROFILE,
      expiresAt,
      refusal,
    };
  };

  return {
    card: (ref, distanceKm) => {
      const offer = stored(ref);
      return offer === undefined ? undefined : toCard(ref, offer.announce, distanceKm);
    },
    details: (ref, now) => {
      const offer = stored(ref);
      if (offer === undefined) return undefined;
      const known = views.identity(ref.practice);
      const refusal: RefusalCode | undefined = isTooSoon(now, ref.start)
        ? 'slot-too-soon'
        : // By radio an announcement may come long before the keys that a request is sealed for.
          known === undefined || known.record.prekeys.length === 0
          ? 'unknown-key'
          : undefined;
      return toDetails(ref, offer.announce, fromWireMinute(offer.expires), refusal);
    },
    announced: (ref, announce) => toDetails(ref, announce, ref.start, 'slot-gone'),
    trust: (address) => toTrust(views.identity(address)),
  };
};
