/** Contrast of two opaque colours as WCAG 2.2 defines it: relative luminance of sRGB, from 1 to 21. */
type Rgb = readonly [number, number, number];

/** `#rgb` or `#rrggbb`; undefined for anything else. */
export const parseHex = (text: string): Rgb | undefined => {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(text.trim());
  const whole = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text.trim());
  const [, r, g, b] = short === null ? (whole ?? []) : short.map((digit) => digit + digit);
  if (r === undefined || g === undefined || b === undefined) return undefined;
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)];
};

const luminance = (colour: Rgb): number => {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
};

export const contrastRatio = (one: Rgb, other: Rgb): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
};

/** What is read or recognised on what, and the least ratio of it: 4.5 for text, 3 for edges and signs. */
export const PAIRS: readonly (readonly [string, string, number])[] = [
  ['ink', 'bg', 4.5],
  ['ink-2', 'bg', 4.5],
  ['ink-3', 'bg', 4.5],
  ['ink-3', 'surface', 4.5],
  ['ink-3', 'sunken', 4.5],
  ['primary', 'bg', 4.5],
  ['primary', 'surface', 4.5],
  ['on-primary', 'primary', 4.5],
  ['on-primary', 'primary-strong', 4.5],
  ['on-primary-soft', 'primary-soft', 4.5],
  ['primary', 'primary-soft', 4.5],
  ['on-lamp', 'lamp', 4.5],
  ['lamp-ink', 'lamp-soft', 4.5],
  ['lamp-ink', 'surface', 4.5],
  ['ok', 'ok-soft', 4.5],
  ['ok', 'surface', 4.5],
  ['danger', 'danger-soft', 4.5],
  ['danger', 'surface', 4.5],
  ['danger', 'bg', 4.5],
  ['on-danger', 'danger', 4.5],
  ['on-anchor', 'anchor', 4.5],
  ['on-anchor-2', 'anchor', 4.5],
  ['line-strong', 'sunken', 3],
  ['line-strong', 'surface', 3],
  ['focus', 'bg', 3],
];

/** Every colour of tokens.css. */
export const COLOURS: readonly string[] = [
  ...['bg', 'surface', 'sunken', 'line', 'line-strong', 'ink', 'ink-2', 'ink-3'],
  ...['primary', 'primary-strong', 'on-primary', 'primary-soft', 'on-primary-soft'],
  ...['lamp', 'on-lamp', 'lamp-soft', 'lamp-ink'],
  ...['ok', 'ok-soft', 'danger', 'danger-soft', 'on-danger'],
  ...['anchor', 'on-anchor', 'on-anchor-2', 'focus', 'focus-halo'],
];
