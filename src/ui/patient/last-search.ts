import type { Kostentraeger } from '#core/domain/values.ts';
import type { SearchResult, SlotRef } from '#host/rpc/api.ts';
import { href, sameRef } from '#ui/route.ts';

/**
 * The last search of this visit, in memory only: so that "back" shows the list at once and where it was, a slot's page knows
 * its distance and names no other payer than the one that was asked for, and nobody fills in the form twice.
 */
class LastSearch {
  query = '';
  payer: Kostentraeger | undefined;
  shown = 0;
  result: SearchResult | undefined;

  remember(query: string, payer: Kostentraeger | undefined, shown: number, result: SearchResult): void {
    this.query = query;
    this.payer = payer;
    this.shown = shown;
    this.result = result;
  }

  forget(): void {
    this.query = '';
    this.payer = undefined;
    this.shown = 0;
    this.result = undefined;
  }

  /** The form as it was sent, and the list that it led to: an empty form where nothing was searched for. */
  get form(): string {
    return href.search(this.query);
  }
  get list(): string {
    return this.query === '' ? this.form : href.results(this.query);
  }

  distanceOf(ref: SlotRef): number | undefined {
    return this.result?.cards.find((card) => sameRef(card.ref, ref))?.distanceKm;
  }
}

export const lastSearch = new LastSearch();
