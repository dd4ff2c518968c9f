import type { Millis, NodeAddress, OfferId, Plz } from '#core/brand.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import type { Kostentraeger, Modalitaet, SlotType, TrustLevel, Verfahren } from '#core/domain/values.ts';
import type { PlaceSuggestion, SlotDetails } from '#host/rpc/api.ts';

/** Made-up practices around Munich, for looking at the interface. Deterministic but for the day they start from. */
export const PLACES: readonly (PlaceSuggestion & { readonly km: number })[] = [
  { plz: '80331' as Plz, place: 'München, Altstadt', km: 0.4 },
  { plz: '80333' as Plz, place: 'München, Maxvorstadt', km: 1.2 },
  { plz: '80335' as Plz, place: 'München, Ludwigsvorstadt', km: 1.4 },
  { plz: '80337' as Plz, place: 'München, Isarvorstadt', km: 1.9 },
  { plz: '80799' as Plz, place: 'München, Schwabing', km: 2.1 },
  { plz: '81371' as Plz, place: 'München, Sendling', km: 3.4 },
  { plz: '81667' as Plz, place: 'München, Haidhausen', km: 2.8 },
  { plz: '85221' as Plz, place: 'Dachau', km: 17 },
  { plz: '82319' as Plz, place: 'Starnberg', km: 24 },
  { plz: '86150' as Plz, place: 'Augsburg', km: 57 },
  { plz: '83022' as Plz, place: 'Rosenheim', km: 52 },
  { plz: '04109' as Plz, place: 'Leipzig, Zentrum', km: 360 },
];

const NAMES = [
  'Dr. Miriam Aydın',
  'Jonas Brandl',
  'Katharina Voß',
  'Murat Öz',
  'Heike Stamm',
  'Dipl.-Psych. Friederike von Schönhausen-Wiedemann',
  'Anna Zellner',
  'Ausbildungsambulanz am Rotkreuzplatz',
  'Tobias Hackl',
  'Lea Sandner',
];
const TYPES: readonly SlotType[] = ['SPRECHSTUNDE', 'PROBATORIK', 'SPRECHSTUNDE', 'AKUT', 'KZT', 'GRUPPE'];
const METHODS: readonly (readonly Verfahren[])[] = [['VT'], ['TP'], ['ST'], ['VT'], ['TP', 'AP'], ['VT']];
const MODES: readonly (readonly Modalitaet[])[] = [
  ['VOR_ORT', 'VIDEO'],
  ['VOR_ORT'],
  ['VIDEO'],
  ['VOR_ORT', 'VIDEO', 'TELEFON'],
];
const PAYERS: readonly (readonly Kostentraeger[])[] = [
  ['GKV'],
  ['GKV', 'PKV', 'BEIHILFE'],
  ['GKV'],
  ['PKV', 'SELBSTZAHLER'],
  ['SELBSTZAHLER'],
];
const LEVELS: readonly TrustLevel[] = [2, 3, 1, 2, 2, 0];

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('empty list');
  return item;
};

const addressOf = (index: number): NodeAddress => index.toString(16).padStart(2, '0').repeat(16) as NodeAddress;

const slotOf = (index: number, now: Millis): SlotDetails => {
  const practice = index % NAMES.length;
  const name = at(NAMES, practice);
  const place = at(PLACES, practice * 3);
  const level = at(LEVELS, practice);
  // Whole hours, a few days apart.
  const day = Math.floor(now / DAY) * DAY + (1 + (index % 23)) * DAY;
  const start = (day + (8 + ((index * 3) % 9)) * HOUR + (index % 2) * 30 * MINUTE) as Millis;
  const heilpraktiker = level === 0;
  return {
    ref: { practice: addressOf(practice + 1), offer: (index % 3) as OfferId, start },
    minutes: at([25, 50, 50, 100], index),
    type: at(TYPES, index),
    verfahren: heilpraktiker ? [] : at(METHODS, practice),
    modalitaeten: at(MODES, practice),
    kostentraeger: heilpraktiker ? ['SELBSTZAHLER'] : at(PAYERS, practice),
    ageGroup: index % 7 === 3 ? 'UNDER_21' : 'ALL',
    series: index % 11 === 4,
    codeRequired: at(TYPES, index) === 'AKUT',
    plz: place.plz,
    place: place.place,
    distanceKm: place.km,
    name,
    trust: {
      level,
      reason: heilpraktiker ? 'credential-expired' : undefined,
      registrar:
        level >= 2
          ? {
              name: level === 3 ? 'Psychotherapeutenkammer Bayern' : 'Therapieregister Isar e. V.',
              demo: practice === 4,
            }
          : undefined,
      validUntil: level >= 2 ? ((now + 500 * DAY) as Millis) : undefined,
      revocationListFrom: level >= 2 ? ((now - 2 * DAY) as Millis) : undefined,
    },
    announcedAt: (now - (index % 9 === 8 ? 30 * HOUR : (4 + index * 7) * MINUTE)) as Millis,
    beruf: heilpraktiker ? 'HEILPRAKTIKER_PSYCH' : name.startsWith('Ausbildung') ? 'AMBULANZ' : 'PP',
    zulassung: heilpraktiker ? undefined : 'KV',
    profile: {
      name,
      beruf: 'PP',
      street: `Amalienstraße ${12 + practice}`,
      plz: place.plz,
      city: place.place.split(',')[0] ?? '',
      phone: '089 123456-7',
      email: 'praxis@beispiel.example',
      website: 'https://praxis.beispiel.example',
      impressum: `${name}\nAmalienstraße ${12 + practice}\n${place.plz} ${place.place}\nKammer: Bayern`,
      languages: at([['de', 'tr', 'en'], ['de'], ['de', 'uk']], practice),
      stepFree: practice % 2 === 0,
      lift: practice % 3 === 0,
      signLanguage: practice === 6,
    },
    expiresAt: (now + 40 * HOUR) as Millis,
    refusal: undefined,
  };
};

export const makeSlots = (now: Millis, count: number): SlotDetails[] =>
  Array.from({ length: count }, (_, index) => slotOf(index, now));
