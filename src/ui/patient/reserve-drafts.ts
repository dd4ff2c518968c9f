import type { Modalitaet } from '#core/domain/values.ts';
import type { SlotRef } from '#host/rpc/api.ts';
import { newRequestId } from '#ui/patient/request-id.ts';
import type { ReserveFields } from '#ui/patient/reserve-form.ts';
import { href } from '#ui/route.ts';

/**
 * What was begun to be written to practices in this visit, so that going back and forth loses nothing. In memory only: what
 * people write here is about their health, and none of it is stored before they send it.
 */
export interface ReserveDraft {
  /** One id for a form, however often it is left and opened: a second tap, a retry or a crash is the same request. */
  readonly requestId: string;
  readonly fields: ReserveFields;
  /** Which of the slot's modalities the person would rather have. */
  readonly wish?: Modalitaet | undefined;
}

/** Forms that were begun and not sent; the one that was touched longest ago makes room. */
export const MAX_DRAFTS = 8;
const EMPTY: ReserveFields = { pseudonym: '', code: '', text: '' };

export const isBegun = (fields: ReserveFields): boolean =>
  [fields.pseudonym, fields.code, fields.text].some((text) => text.trim() !== '');

export class ReserveDrafts {
  readonly #drafts = new Map<string, ReserveDraft>();

  of(ref: SlotRef): ReserveDraft {
    return this.#drafts.get(href.slot(ref)) ?? { requestId: newRequestId(), fields: EMPTY };
  }

  keep(ref: SlotRef, draft: ReserveDraft): void {
    this.drop(ref);
    if (!isBegun(draft.fields)) return;
    this.#drafts.set(href.slot(ref), draft);
    const [oldest] = this.#drafts.keys();
    if (this.#drafts.size > MAX_DRAFTS && oldest !== undefined) this.#drafts.delete(oldest);
  }

  drop(ref: SlotRef): void {
    this.#drafts.delete(href.slot(ref));
  }

  forget(): void {
    this.#drafts.clear();
  }
}

export const reserveDrafts = new ReserveDrafts();
