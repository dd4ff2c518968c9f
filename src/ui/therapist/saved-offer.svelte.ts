import type { NodeAddress, OfferId } from '#core/brand.ts';
import { type SavedNote, savedIn } from '#ui/therapist/offer-choice.ts';

/** The new offer that was saved last on this page: the slots open with it, and it is said once that it is saved. */
class SavedOffer {
  #note = $state.raw<SavedNote | undefined>();

  of(practice: NodeAddress): SavedNote | undefined {
    return savedIn(this.#note, practice);
  }

  take(practice: NodeAddress, id: OfferId): void {
    this.#note = { practice, id, isNews: true };
  }

  /** It was said. */
  said(): void {
    this.#note = this.#note && { ...this.#note, isNews: false };
  }
}

export const savedOffer = new SavedOffer();
