import type {
  Beruf,
  Kostentraeger,
  Modalitaet,
  SlotType,
  TrustLevel,
  Verfahren,
  Zulassung,
} from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** Who offers, as far as it decides who may be billed. */
export interface Offerer {
  readonly beruf: Beruf;
  /** Of the credential; undefined below level 2. */
  readonly zulassung: Zulassung | undefined;
  readonly trustLevel: TrustLevel;
}

/**
 * Rule 2 of the domain: who has no Approbation cannot offer GKV or Kostenerstattung; from level 2 on, GKV needs a
 * credential with the Zulassung KV, or an Ambulanz. `payer-not-allowed` when typed and when received.
 */
export const checkPayers = (payers: readonly Kostentraeger[], offerer: Offerer): Result<null> => {
  const gkv = payers.includes('GKV');
  const refund = payers.includes('KOSTENERSTATTUNG_13_3');
  if (offerer.beruf === 'HEILPRAKTIKER_PSYCH' && (gkv || refund)) return refuse('payer-not-allowed');
  const mayBill = offerer.zulassung === 'KV' || offerer.beruf === 'AMBULANZ';
  if (offerer.trustLevel >= 2 && gkv && !mayBill) return refuse('payer-not-allowed');
  return ok(null);
};

export interface TypedOffer {
  readonly type: SlotType;
  readonly verfahren: readonly Verfahren[];
  readonly modalitaeten: readonly Modalitaet[];
  readonly kostentraeger: readonly Kostentraeger[];
  readonly minutes: number;
  readonly plz: string;
}

/** What a practice may type: whole, within the wire's bounds, and within rule 2. */
export const checkOffer = (offer: TypedOffer, offerer: Offerer): Result<null> => {
  const lengthHolds = Number.isInteger(offer.minutes / 5) && offer.minutes >= 5 && offer.minutes <= 240;
  if (!lengthHolds || !/^\d{5}$/.test(offer.plz)) return refuse('malformed');
  if (offer.modalitaeten.length === 0 || offer.kostentraeger.length === 0) return refuse('malformed');
  return checkPayers(offer.kostentraeger, offerer);
};
