import type { OfferId, Plz } from '#core/brand.ts';
import { checkPayers } from '#core/domain/offer-rules.ts';
import type {
  AgeGroup,
  Beruf,
  Kostentraeger,
  Modalitaet,
  SlotType,
  TrustLevel,
  Verfahren,
} from '#core/domain/values.ts';
import type { OfferDraft } from '#host/rpc/api.ts';
import type { FieldErrors } from '#ui/text/field-error.ts';
import type { PracticeError } from '#ui/therapist/practice-error.ts';

/** An offer as a form. Impossible combinations are refused at the field; the node checks again. Pure. */
export interface OfferFields {
  readonly id: OfferId | undefined;
  readonly type: SlotType;
  readonly verfahren: readonly Verfahren[];
  readonly modalitaeten: readonly Modalitaet[];
  readonly kostentraeger: readonly Kostentraeger[];
  /** As typed. */
  readonly minutes: string;
  readonly plz: Plz | undefined;
  readonly ageGroup: AgeGroup;
  readonly series: boolean;
  readonly codeRequired: boolean;
}

export const USUAL_MINUTES = ['25', '50', '100'] as const;

export const emptyOffer = (plz: Plz | undefined, beruf: Beruf): OfferFields => ({
  id: undefined,
  type: 'SPRECHSTUNDE',
  verfahren: [],
  modalitaeten: ['VOR_ORT'],
  kostentraeger: [],
  minutes: '50',
  plz,
  ageGroup: beruf === 'KJP' ? 'UNDER_21' : 'ADULTS',
  series: false,
  codeRequired: false,
});

const checkMinutes = (typed: string, type: SlotType): PracticeError | undefined => {
  const minutes = /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : Number.NaN;
  if (!(minutes >= 5 && minutes <= 240)) return { key: 'minutes-range' };
  if (minutes % 5 !== 0) return { key: 'minutes-step' };
  return type === 'GRUPPE' && minutes !== 50 && minutes !== 100 ? { key: 'group-minutes' } : undefined;
};

const checkWhoPays = (fields: OfferFields, beruf: Beruf): PracticeError | undefined => {
  const payers = fields.kostentraeger;
  if (payers.length === 0) return { key: 'choose-one' };
  if (beruf === 'HEILPRAKTIKER_PSYCH') {
    if (payers.includes('GKV')) return { key: 'heilpraktiker-gkv' };
    if (payers.includes('KOSTENERSTATTUNG_13_3')) return { key: 'heilpraktiker-13-3' };
  }
  return fields.type === 'ERSTGESPRAECH_PRIVAT' && payers.includes('GKV') ? { key: 'private-type-gkv' } : undefined;
};

/**
 * What is worth knowing about GKV before there is a credential: nobody vouches for the practice yet, and from the credential on
 * its Zulassung counts. An Ambulanz needs none, and who cannot offer GKV at all is told so elsewhere.
 */
export type GkvNote = 'unverified' | 'credential';

export const gkvNotes = (payers: readonly Kostentraeger[], beruf: Beruf, level: TrustLevel): GkvNote[] => {
  if (!payers.includes('GKV') || beruf === 'HEILPRAKTIKER_PSYCH' || level >= 2) return [];
  const notes: GkvNote[] = level === 0 ? ['unverified'] : [];
  return beruf === 'AMBULANZ' ? notes : [...notes, 'credential'];
};

export type OfferField = 'verfahren' | 'modalitaeten' | 'kostentraeger' | 'minutes' | 'plz' | 'ageGroup';

/** `level` is the practice's; its Zulassung is the node's to know, so a payer that only it forbids is refused on saving. */
export const checkOfferFields = (
  fields: OfferFields,
  beruf: Beruf,
  level: TrustLevel,
): FieldErrors<OfferField, PracticeError> => {
  const errors: Partial<Record<OfferField, PracticeError>> = {};
  const payers = checkWhoPays(fields, beruf);
  const minutes = checkMinutes(fields.minutes, fields.type);
  if (payers !== undefined) errors.kostentraeger = payers;
  // The rule of the field itself, for whatever it forbids beyond what has words above.
  else if (!checkPayers(fields.kostentraeger, { beruf, zulassung: 'KV', trustLevel: level }).ok) {
    errors.kostentraeger = { key: 'no-kv' };
  }
  if (minutes !== undefined) errors.minutes = minutes;
  if (fields.modalitaeten.length === 0) errors.modalitaeten = { key: 'choose-one' };
  // Who has no Approbation has no Richtlinienverfahren to name.
  if (fields.verfahren.length === 0 && beruf !== 'HEILPRAKTIKER_PSYCH') errors.verfahren = { key: 'choose-one' };
  if (fields.plz === undefined) errors.plz = { key: 'place-missing' };
  if (beruf === 'KJP' && fields.ageGroup !== 'UNDER_21') errors.ageGroup = { key: 'kjp-age' };
  return errors;
};

/** What is saved, or undefined without a place. Call after the checks. */
export const toOfferDraft = (fields: OfferFields): OfferDraft | undefined =>
  fields.plz === undefined ? undefined : { ...fields, plz: fields.plz, minutes: Number(fields.minutes) };
