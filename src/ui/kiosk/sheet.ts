import type { Millis } from '#core/brand.ts';
import type { PickUpCode } from '#core/domain/pick-up-code.ts';
import type { Kostentraeger } from '#core/domain/values.ts';
import type { Profile, RequestView, SlotCard } from '#host/rpc/api.ts';

/** What goes onto paper. */
export type Sheet =
  | {
      readonly kind: 'list';
      readonly heading: string;
      readonly payer: Kostentraeger;
      readonly lines: readonly SheetLine[];
      /** All that match; the paper may hold fewer. */
      readonly total: number;
      readonly printedAt: Millis;
      readonly syncedAt: Millis | undefined;
    }
  | {
      readonly kind: 'slip';
      readonly code: PickUpCode;
      readonly link: string;
      readonly card: SlotCard;
      readonly until: Millis;
      readonly printedAt: Millis;
    }
  | {
      readonly kind: 'answer';
      readonly request: RequestView;
      /** Until when its code finds it; undefined when that is over. */
      readonly codeUntil: Millis | undefined;
      readonly printedAt: Millis;
    };

export interface SheetLine {
  readonly card: SlotCard;
  /** Opens the slot on a phone; undefined when the slot went while the list was made. */
  readonly link: string | undefined;
  /** What the practice says of itself; undefined likewise. */
  readonly profile: Profile | undefined;
}

/** Three pages at most: nobody takes a fourth. */
export const MAX_LINES = 30;
