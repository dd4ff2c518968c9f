import type { NodeAddress, OfferId } from '#core/brand.ts';
import type { OfferView } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';
import { modalityLabel, payerLabel, typeLabel, verfahrenLabel } from '#ui/text/labels.ts';

/** An offer among others in a list: short, because a list cuts what does not fit; the rest is said below it. Pure. */
export const offerDetails = (offer: OfferView): string =>
  [
    ...offer.verfahren.map((one) => verfahrenLabel[one]()),
    ...offer.kostentraeger.map((one) => payerLabel[one]()),
    ...offer.modalitaeten.map((one) => modalityLabel[one]()),
  ].join(', ');

const shortName = (offer: OfferView): string => `${typeLabel[offer.type]()}, ${m.minutes({ count: offer.minutes })}`;

/** Two offers of one type and length are told apart by the rest. */
export const offerName = (offer: OfferView, offers: readonly OfferView[]): string => {
  const name = shortName(offer);
  const alike = offers.some((other) => other.id !== offer.id && shortName(other) === name);
  return alike ? `${name}: ${offerDetails(offer)}` : name;
};

/** Where a list of offers stands: at the one that was picked, else at the one that was saved last, else at the first. */
export const offerAt = (
  offers: readonly OfferView[],
  picked: string,
  saved: OfferId | undefined,
): OfferView | undefined =>
  offers.find(({ id }) => String(id) === picked) ?? offers.find(({ id }) => id === saved) ?? offers[0];

/** A new offer that was saved, of which practice, and whether that is still to be said. */
export interface SavedNote {
  readonly practice: NodeAddress;
  readonly id: OfferId;
  readonly isNews: boolean;
}

/** Another practice, made or restored on this device since then, has other offers by the same numbers. */
export const savedIn = (note: SavedNote | undefined, practice: NodeAddress): SavedNote | undefined =>
  note?.practice === practice ? note : undefined;
