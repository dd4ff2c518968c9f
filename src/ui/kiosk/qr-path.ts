import { encode } from 'uqr';

/** A QR code as one SVG path on a grid of `size` units, with the quiet zone that scanners need. */
export interface QrPath {
  readonly size: number;
  readonly path: string;
}

const QUIET = 4;

/**
 * How much of the code may be lost: L 7, M 15, Q 25 per cent. `paper`: as much as still leaves modules of half a millimetre
 * on the 34 mm that a printed code has; what is longer is as coarse as it can be.
 */
export type QrCorrection = 'L' | 'M' | 'paper';
const MAX_PAPER_UNITS = 69;

const encoded = (text: string, ecc: 'L' | 'M' | 'Q') => encode(text, { ecc, border: QUIET });

const forPaper = (text: string) => {
  for (const ecc of ['Q', 'M'] as const) {
    const code = encoded(text, ecc);
    if (code.size <= MAX_PAPER_UNITS) return code;
  }
  return encoded(text, 'L');
};

export const qrPath = (text: string, ecc: QrCorrection = 'M'): QrPath => {
  const { data, size } = ecc === 'paper' ? forPaper(text) : encoded(text, ecc);
  let path = '';
  data.forEach((row, y) => {
    // Neighbours in a row become one stroke: a third of the path.
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x += 1;
      path += `M${from} ${y}h${x - from + 1}v1h${from - x - 1}z`;
    }
  });
  return { size, path };
};
