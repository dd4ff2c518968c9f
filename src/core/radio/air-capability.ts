import { capabilityOf, type LinkCapability } from '#core/domain/link-capability.ts';
import type { Modulation } from '#core/radio/modulation.ts';

/** Net, in bits a second, without preamble and headers (SX1276 data sheet, 4.1.1). */
export const bitRate = ({ sf, cr, bandwidthHz }: Modulation): number => ((sf * bandwidthHz) / 2 ** sf) * (4 / cr);

/** Of a link over the air: never better than constrained, for all share one channel, of which the law leaves each a tenth at most. */
export const airCapability = (modulation: Modulation): LinkCapability =>
  capabilityOf(bitRate(modulation)) === 'severe' ? 'severe' : 'constrained';
