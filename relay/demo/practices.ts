import type { Plz } from '#core/brand.ts';
import type { OfferTerms } from '#core/domain/offer-terms.ts';
import type { Zulassung } from '#core/domain/values.ts';
import type { Profile } from '#core/wire/identity.ts';

/** An invented practice. Hours are wall time in Berlin; weekdays as Date has them, Monday 1. */
export interface DemoPractice {
  readonly profile: Profile;
  readonly offer: OfferTerms;
  readonly zulassung: Zulassung;
  /** False: nobody vouches, so a search shows it only when asked. */
  readonly vouched: boolean;
  readonly weekdays: readonly number[];
  readonly hours: readonly number[];
  readonly slots: number;
  readonly days: number;
}

type Short = readonly [
  name: string,
  plz: string,
  city: string,
  street: string,
  beruf: Profile['beruf'],
  offer: Partial<OfferTerms>,
  rest?: Partial<Omit<DemoPractice, 'profile' | 'offer'>>,
];

const IMPRESSUM = 'Erfunden. Diese Praxis gibt es nicht; sie zeigt nur, wie Terminfunk arbeitet.';

const OFFER: OfferTerms = {
  type: 'SPRECHSTUNDE',
  verfahren: ['VT'],
  modalitaeten: ['VOR_ORT'],
  kostentraeger: ['GKV', 'PKV', 'BEIHILFE'],
  minutes: 50,
  plz: '80331' as Plz,
  ageGroup: 'ADULTS',
  series: false,
  codeRequired: false,
};

const LIST: readonly Short[] = [
  [
    'Dr. Miriam Aydın (Demo)',
    '80799',
    'München',
    'Türkenstraße 1',
    'PP',
    { modalitaeten: ['VOR_ORT', 'VIDEO'], minutes: 25 },
  ],
  ['Jonas Brandl (Demo)', '81371', 'München', 'Lindwurmstraße 2', 'PP', { verfahren: ['TP'], type: 'PROBATORIK' }],
  [
    'Katharina Voß (Demo)',
    '85221',
    'Dachau',
    'Augsburger Straße 3',
    'PT',
    { verfahren: ['ST'], modalitaeten: ['VIDEO'] },
  ],
  ['Ambulanz Isartor (Demo)', '80331', 'München', 'Isartorplatz 4', 'AMBULANZ', { type: 'KZT', series: true }],
  ['Dr. Piet Lorenzen (Demo)', '20357', 'Hamburg', 'Schulterblatt 5', 'AERZTLICH', { verfahren: ['TP', 'AP'] }],
  [
    'Selin Korkmaz (Demo)',
    '50823',
    'Köln',
    'Venloer Straße 6',
    'PP',
    { type: 'AKUT', codeRequired: true, minutes: 25 },
  ],
  [
    'Ruth Mandel (Demo)',
    '10405',
    'Berlin',
    'Winsstraße 7',
    'PP',
    { modalitaeten: ['VOR_ORT', 'TELEFON'], minutes: 25 },
  ],
  ['Theo Falk (Demo)', '04109', 'Leipzig', 'Ring 8', 'KJP', { ageGroup: 'UNDER_21' }],
  ['Gruppe am Main (Demo)', '60316', 'Frankfurt', 'Sandweg 9', 'PP', { type: 'GRUPPE', minutes: 100, series: true }],
  [
    'Ida Sommer (Demo)',
    '80337',
    'München',
    'Kapuzinerstraße 10',
    'HEILPRAKTIKER_PSYCH',
    { type: 'ERSTGESPRAECH_PRIVAT', verfahren: [], kostentraeger: ['SELBSTZAHLER'] },
    { zulassung: 'PRIVAT' },
  ],
  ['Nora Engel (Demo, ungeprüft)', '80469', 'München', 'Fraunhoferstraße 11', 'PP', {}, { vouched: false }],
];

export const DEMO_PRACTICES: readonly DemoPractice[] = LIST.map(
  ([name, plz, city, street, beruf, offer, rest = {}], index) => ({
    profile: {
      name,
      beruf,
      street,
      plz: plz as Plz,
      city,
      phone: '030 23125 000',
      email: '',
      website: '',
      impressum: IMPRESSUM,
      languages: index % 3 === 0 ? ['de', 'en', 'tr'] : ['de', 'en'],
      stepFree: index % 2 === 0,
      lift: index % 2 === 0,
      signLanguage: false,
    },
    offer: { ...OFFER, plz: plz as Plz, ...offer },
    zulassung: 'KV',
    vouched: true,
    weekdays: index % 2 === 0 ? [1, 3, 5] : [2, 4],
    hours: [9 + (index % 3), 14 + (index % 4)],
    slots: 4 + (index % 4),
    days: 21,
    ...rest,
  }),
);
