import type { OfferId } from '#core/brand.ts';

/** The new offer that was saved last on this page: the slots open with it, and it is said once that it is saved. */
class SavedOffer {
  id = $state.raw<OfferId | undefined>();
  isNews = $state(false);

  take(id: OfferId): void {
    this.id = id;
    this.isNews = true;
  }

  /** It was said. */
  said(): void {
    this.isNews = false;
  }
}

export const savedOffer = new SavedOffer();
