import type { RefusalCode } from '#core/refusal.ts';
import type { SharedTexts } from '#host/rpc/api.ts';
import { href } from '#ui/route.ts';

/** A slot as a link and as a QR code that phones still read: version 25 at error correction L (docs/protocol/shared-slot.md). */
const MAX_CODE_CHARACTERS = 1_273;

export interface SharedLinks {
  /** With all that another device needs to check it. */
  readonly link: string;
  readonly code: string;
  /** False where the practice's identity record did not fit into the code. */
  readonly isWhole: boolean;
}

/** `base`: the app's address without a fragment. */
export const sharedLinks = (base: string, { full, brief }: SharedTexts): SharedLinks => {
  const link = base + href.shared(full);
  const isWhole = link.length <= MAX_CODE_CHARACTERS;
  return { link, code: isWhole ? link : base + href.shared(brief), isWhole };
};

/** For codes that are small, on a tile or on paper: good on any phone that reaches a relay. */
export const briefLink = (base: string, { brief }: SharedTexts): string => base + href.shared(brief);

/** Why a shared slot is not shown. `waiting`: it may be, once more was heard. */
export type SharedTrouble = 'broken' | 'forged' | 'waiting' | 'over' | 'other';

export const sharedTrouble = (code: RefusalCode): SharedTrouble => {
  switch (code) {
    case 'malformed':
    case 'too-large':
    case 'unknown-kind':
    case 'not-canonical':
      return 'broken';
    case 'bad-signature':
    case 'bad-key':
      return 'forged';
    case 'unknown-key':
      return 'waiting';
    case 'expired':
    case 'stale-epoch':
    case 'slot-gone':
      return 'over';
    default:
      return 'other';
  }
};
