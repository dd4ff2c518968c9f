// The layout of plz.bin; src/core/plz/plz-table.ts reads it (docs/plz.md).
export const ORIGIN = { lat: 47, lon: 5.5 };
export const STEP = { lat: 8.5 / 65_535, lon: 10 / 65_535 };

/** Columns, so that they compress well. @param {{ code: string, name: string, lat: number, lon: number }[]} entries sorted by code */
export const packPlz = (entries) => {
  const names = [...new Set(entries.map(({ name }) => name))].sort((a, b) => (a < b ? -1 : 1));
  const text = new TextEncoder().encode(names.join('\n'));
  const count = entries.length;
  const bytes = new Uint8Array(8 + count * 9 + text.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x50, 0x4c, 0x5a, 1]);
  view.setUint16(4, count);
  view.setUint16(6, names.length);
  /** @param {number} index */
  const column = (index) => 8 + index * count;
  entries.forEach(({ code, name, lat, lon }, at) => {
    const number = Number(code);
    const y = Math.round((lat - ORIGIN.lat) / STEP.lat);
    const x = Math.round((lon - ORIGIN.lon) / STEP.lon);
    const place = names.indexOf(name);
    const fields = [number >> 16, number >> 8, number, y >> 8, y, x >> 8, x, place >> 8, place];
    fields.forEach((value, index) => {
      bytes[column(index) + at] = value & 0xff;
    });
  });
  bytes.set(text, column(9));
  return bytes;
};
