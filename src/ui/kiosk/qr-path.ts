import { encode } from 'uqr';

/** A QR code as one SVG path on a grid of `size` units, with the quiet zone that scanners need. */
export interface QrPath {
  readonly size: number;
  readonly path: string;
}

const QUIET = 4;

/** `ecc`: M bears a scratch, L holds more. */
export const qrPath = (text: string, ecc: 'L' | 'M' = 'M'): QrPath => {
  const { data, size } = encode(text, { ecc, border: QUIET });
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
