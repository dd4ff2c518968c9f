import type { Holiday } from '#core/calendar/holidays.ts';
import { m } from '#ui/paraglide/messages.js';

export const holidayLabel = {
  neujahr: m.holiday_neujahr,
  'heilige-drei-koenige': m.holiday_heilige_drei_koenige,
  frauentag: m.holiday_frauentag,
  karfreitag: m.holiday_karfreitag,
  ostersonntag: m.holiday_ostersonntag,
  ostermontag: m.holiday_ostermontag,
  'tag-der-arbeit': m.holiday_tag_der_arbeit,
  himmelfahrt: m.holiday_himmelfahrt,
  pfingstsonntag: m.holiday_pfingstsonntag,
  pfingstmontag: m.holiday_pfingstmontag,
  fronleichnam: m.holiday_fronleichnam,
  'mariae-himmelfahrt': m.holiday_mariae_himmelfahrt,
  weltkindertag: m.holiday_weltkindertag,
  einheit: m.holiday_einheit,
  reformationstag: m.holiday_reformationstag,
  allerheiligen: m.holiday_allerheiligen,
  'buss-und-bettag': m.holiday_buss_und_bettag,
  'weihnachten-1': m.holiday_weihnachten_1,
  'weihnachten-2': m.holiday_weihnachten_2,
} as const satisfies Record<Holiday, () => string>;
