import type { FrameGroup } from '#ui/diagnostics/replay/frame-group.ts';

/** How a frame looks on its way: each group has a shape and a colour of its own, so that it survives greyscale. */

/** SVG paths around 0/0, within five units. */
export const FRAME_SHAPES = {
  records: 'M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z',
  private: 'M0-5L5 0L0 5L-5 0Z',
  routing: 'M0-5L5 4L-5 4Z',
  sync: 'M-3.6-3.6H3.6V3.6H-3.6Z',
  control: 'M2.6 0A2.6 2.6 0 1 1-2.6 0A2.6 2.6 0 1 1 2.6 0Z',
  other: 'M-1.6-4.6H1.6V-1.6H4.6V1.6H1.6V4.6H-1.6V1.6H-4.6V-1.6H-1.6Z',
} as const satisfies Record<FrameGroup, string>;

export const LOST_SHAPE = 'M-4-4L4 4M-4 4L4-4';

/** At least 3:1 on the surface of its theme. */
const LIGHT: Record<FrameGroup, string> = {
  records: '#b06600',
  private: '#7b3fb5',
  routing: '#c2185b',
  sync: '#1d66b8',
  control: '#5c6f6b',
  other: '#13282a',
};
const DARK: Record<FrameGroup, string> = {
  records: '#f4c463',
  private: '#cfa6ff',
  routing: '#ff9cc0',
  sync: '#86b9ff',
  control: '#93a8a4',
  other: '#eaf0eb',
};

export interface Palette {
  readonly frames: Record<FrameGroup, string>;
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly ink: string;
  readonly ink2: string;
  readonly primary: string;
  readonly onPrimary: string;
  readonly primarySoft: string;
  readonly lamp: string;
  readonly ok: string;
  readonly danger: string;
  readonly font: string;
}

/** The colours of the theme that is shown now: a canvas cannot read custom properties by itself. */
export const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    frames: style.colorScheme.includes('dark') ? DARK : LIGHT,
    surface: token('--surface'),
    sunken: token('--sunken'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    ink: token('--ink'),
    ink2: token('--ink-2'),
    primary: token('--primary'),
    onPrimary: token('--on-primary'),
    primarySoft: token('--primary-soft'),
    lamp: token('--lamp'),
    ok: token('--ok'),
    danger: token('--danger'),
    font: token('--font-text'),
  };
};
