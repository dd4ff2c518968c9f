import type {
  AgeGroup,
  Beruf,
  Kostentraeger,
  Modalitaet,
  SlotType,
  TrustLevel,
  Verfahren,
} from '#core/domain/values.ts';
import type { IconName } from '#ui/icons/icon-name.ts';
import { m } from '#ui/paraglide/messages.js';

/** The words that a person reads for the field's values. Functions, so that each follows the language. */
type Words<K extends string | number> = Record<K, () => string>;

export const verfahrenLabel: Words<Verfahren> = {
  VT: m.verfahren_vt,
  TP: m.verfahren_tp,
  AP: m.verfahren_ap,
  ST: m.verfahren_st,
};

export const typeLabel: Words<SlotType> = {
  SPRECHSTUNDE: m.type_sprechstunde,
  AKUT: m.type_akut,
  PROBATORIK: m.type_probatorik,
  KZT: m.type_kzt,
  LZT: m.type_lzt,
  GRUPPE: m.type_gruppe,
  ERSTGESPRAECH_PRIVAT: m.type_erst_privat,
};

export const payerLabel: Words<Kostentraeger> = {
  GKV: m.payer_gkv,
  PKV: m.payer_pkv,
  BEIHILFE: m.payer_beihilfe,
  SELBSTZAHLER: m.payer_self_third,
  KOSTENERSTATTUNG_13_3: m.payer_kostenerstattung,
  BG: m.payer_bg,
};

/** As the person says it of themselves: "Ich selbst". */
export const ownPayerLabel: Words<Kostentraeger> = { ...payerLabel, SELBSTZAHLER: m.payer_selbst };

export const payerShort: Words<Kostentraeger> = {
  GKV: m.payer_short_gkv,
  PKV: m.payer_short_pkv,
  BEIHILFE: m.payer_short_beihilfe,
  SELBSTZAHLER: m.payer_short_selbst,
  KOSTENERSTATTUNG_13_3: m.payer_short_kostenerstattung,
  BG: m.payer_short_bg,
};

export const modalityLabel: Words<Modalitaet> = {
  VOR_ORT: m.modality_vor_ort,
  VIDEO: m.modality_video,
  TELEFON: m.modality_telefon,
};

export const modalityIcon: Record<Modalitaet, IconName> = {
  VOR_ORT: 'map-pin',
  VIDEO: 'video-camera',
  TELEFON: 'phone',
};

export const ageGroupLabel: Words<AgeGroup> = {
  ADULTS: m.age_group_adults,
  UNDER_21: m.age_group_under_21,
  ALL: m.age_group_all,
};

export const berufLabel: Words<Beruf> = {
  PP: m.beruf_pp,
  PT: m.beruf_pt,
  KJP: m.beruf_kjp,
  AERZTLICH: m.beruf_aerztlich,
  FACH_PT: m.beruf_fach_pt,
  AMBULANZ: m.beruf_ambulanz,
  HEILPRAKTIKER_PSYCH: m.beruf_heilpraktiker_psych,
};

export const trustLabel: Words<TrustLevel> = { 0: m.trust_0, 1: m.trust_1, 2: m.trust_2, 3: m.trust_3 };
export const trustText: Words<TrustLevel> = {
  0: m.trust_0_text,
  1: m.trust_1_text,
  2: m.trust_2_text,
  3: m.trust_3_text,
};
export const trustIcon: Record<TrustLevel, IconName> = {
  0: 'circle-dashed',
  1: 'handshake',
  2: 'seal-check-fill',
  3: 'bank',
};

/** Of a practice whose announcement came before the rest of it, as by radio, nobody knows the name. */
export const whoText = (name: string): string => name || m.practice_nameless();

/** `Sprechstunde, Verhaltenstherapie` */
export const whatLine = (type: SlotType, verfahren: readonly Verfahren[]): string =>
  [typeLabel[type](), ...verfahren.map((one) => verfahrenLabel[one]())].join(', ');

/** Only the Sprechstunde has a longer official name than its everyday one. */
export const typeLongLabel = (type: SlotType): string =>
  type === 'SPRECHSTUNDE' ? m.type_long_sprechstunde() : typeLabel[type]();

export const typeNote: Words<SlotType> = {
  SPRECHSTUNDE: m.type_note_sprechstunde,
  AKUT: m.type_note_akut,
  PROBATORIK: m.type_note_probatorik,
  KZT: m.type_note_kzt,
  LZT: m.type_note_lzt,
  GRUPPE: m.type_note_gruppe,
  ERSTGESPRAECH_PRIVAT: m.type_note_erst_privat,
};
