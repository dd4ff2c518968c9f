import type { Plz } from '#core/brand.ts';
import type { AgeGroup, Kostentraeger, Modalitaet, SlotType, Verfahren } from '#core/domain/values.ts';

/** The terms of an offer, as its practice typed them. */
export interface OfferTerms {
  readonly type: SlotType;
  readonly verfahren: readonly Verfahren[];
  readonly modalitaeten: readonly Modalitaet[];
  readonly kostentraeger: readonly Kostentraeger[];
  readonly minutes: number;
  readonly plz: Plz;
  readonly ageGroup: AgeGroup;
  readonly series: boolean;
  readonly codeRequired: boolean;
}
