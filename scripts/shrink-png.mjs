// Makes a picture of the interface small: at most 256 colours, each of them nearly what it was, and packed as tightly as
// zlib can. Screens have few colours; what is between them at the edges of letters need not be exact. PNG, third edition
// (W3C, 2025): chunks in section 5, filters in section 9, palettes in 11.2.2.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLOURS = 256;

/** @param {Buffer} png */
const readChunks = (png) => {
  /** @type {Map<string, Buffer[]>} */
  const chunks = new Map();
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    const known = chunks.get(type) ?? [];
    known.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    chunks.set(type, known);
  }
  return chunks;
};

/** What a filter expects at a byte, from the bytes left, above and left above. @param {number} filter @param {number} a @param {number} b @param {number} c */
const predicted = (filter, a, b, c) => {
  if (filter === 1) return a;
  if (filter === 2) return b;
  if (filter === 3) return (a + b) >> 1;
  if (filter !== 4) return 0;
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

/** The colours of all pixels, as 0xrrggbb. Knows what a browser writes: eight bits, not interlaced, with or without alpha. @param {Buffer} png */
const readPixels = (png) => {
  const chunks = readChunks(png);
  const header = chunks.get('IHDR')?.[0];
  if (header === undefined) throw new Error('not a PNG');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const step = { 2: 3, 6: 4 }[header[9] ?? 0];
  if (header[8] !== 8 || header[12] !== 0 || step === undefined) return undefined;
  const data = inflateSync(Buffer.concat(chunks.get('IDAT') ?? []));
  const row = width * step;
  const bytes = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x++) {
      const at = y * row + x;
      const left = x < step ? 0 : (bytes[at - step] ?? 0);
      const above = y === 0 ? 0 : (bytes[at - row] ?? 0);
      const corner = x < step || y === 0 ? 0 : (bytes[at - row - step] ?? 0);
      bytes[at] = (data[y * (row + 1) + 1 + x] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  const pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const at = i * step;
    pixels[i] = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  }
  return { width, height, pixels };
};

/** How far apart two colours are in the channel in which they differ most. @param {number} one @param {number} other */
const distance = (one, other) =>
  Math.max(
    Math.abs((one >> 16) - (other >> 16)),
    Math.abs(((one >> 8) & 255) - ((other >> 8) & 255)),
    Math.abs((one & 255) - (other & 255)),
  );

/** The most frequent colours stay what they are; a rarer one becomes one of them that is near. @param {Uint32Array} pixels */
const choosePalette = (pixels) => {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const colours = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
  for (let near = 0; ; near++) {
    /** @type {number[]} */
    const palette = [];
    /** @type {Map<number, number>} */
    const indices = new Map();
    for (const colour of colours) {
      let best = palette.findIndex((one) => distance(one, colour) <= near);
      if (best === -1) best = palette.push(colour) - 1;
      if (palette.length > MOST_COLOURS) break;
      indices.set(colour, best);
    }
    if (palette.length <= MOST_COLOURS) return { palette, indices };
  }
};

/** @param {string} type @param {Buffer} body */
const chunk = (type, body) => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
};

/** @param {Buffer} png as a browser writes it; one with a palette stays as it is. */
export const shrinkPng = (png) => {
  const read = readPixels(png);
  if (read === undefined) return png;
  const { width, height, pixels } = read;
  const { palette, indices } = choosePalette(pixels);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indices.get(pixels[y * width + x] ?? 0) ?? 0;
  }
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
