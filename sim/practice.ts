import type { Millis, OfferId, Plz } from '#core/brand.ts';
import type { Profile } from '#core/wire/identity.ts';
import type { SimNode } from '#sim/sim-node.ts';
import { WORLD_BEGINS } from '#sim/world.ts';

/** A practice that announces: what a therapist does on a laptop, as commands. */
const DAY = 86_400_000;
const HOUR = 3_600_000;

const MUNICH = '80799' as Plz;

const profileOf = (number: number, plz: Plz): Profile => ({
  name: `Praxis ${number}`,
  beruf: 'PP',
  street: 'Hauptstraße 1',
  plz,
  city: 'München',
  phone: '089 123456',
  email: '',
  website: '',
  impressum: `Praxis ${number}\nHauptstraße 1`,
  languages: ['de'],
  stepFree: true,
  lift: false,
  signLanguage: false,
});

export const openPractice = (node: SimNode, plz = MUNICH): void => {
  node.adopt();
  node.command({ kind: 'save-profile', profile: profileOf(node.id, plz) });
  node.command({
    kind: 'save-offer',
    offer: {
      id: undefined,
      type: 'SPRECHSTUNDE',
      verfahren: ['VT'],
      modalitaeten: ['VOR_ORT'],
      kostentraeger: ['GKV'],
      minutes: 25,
      plz,
      ageGroup: 'ADULTS',
      series: false,
      codeRequired: false,
    },
  });
};

/** The n-th free slot of a practice: one an hour from the next day on. */
export const slotStart = (n: number): Millis => (WORLD_BEGINS + DAY + n * HOUR) as Millis;

export const addSlots = (node: SimNode, numbers: readonly number[]): void => {
  node.command({ kind: 'add-slots', offer: 0 as OfferId, starts: numbers.map(slotStart) });
};
