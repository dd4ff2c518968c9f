import type { Plz } from '#core/brand.ts';
import type { PlzMap } from '#core/plz/plz-map.ts';
import type { Palette } from '#ui/diagnostics/replay/frame-sign.ts';
import type { LitDot } from '#ui/patient/map/map-areas.ts';

/** The country in dots on a canvas: every postal code faintly, those with free slots lit, a ring around the chosen place. */
export interface MapScene {
  readonly map: PlzMap;
  readonly lit: readonly LitDot[];
  readonly place: { readonly at: number; readonly radiusKm: number } | undefined;
}

/** CSS pixels that stay free around the country, so that lit dots at its edge are whole. */
const MARGIN = 10;
/** From so many lit dots on, each is smaller and without an edge: else they hide the country and each other. */
const CROWD = 400;
/** How far from a dot a finger may come down. */
const LIT_REACH = 18;
const ANY_REACH = 28;

export interface Frame {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** Fits the country into a box of so many CSS pixels. */
export const fitMap = ({ width, height }: PlzMap, boxWidth: number, boxHeight: number): Frame => {
  const scale = Math.max(0, Math.min((boxWidth - 2 * MARGIN) / width, (boxHeight - 2 * MARGIN) / height));
  return { scale, left: (boxWidth - width * scale) / 2, top: (boxHeight - height * scale) / 2 };
};

/** The country alone, drawn once for a size and a theme: what changes with each choice is only what is lit. */
let ground: { readonly key: string; readonly picture: HTMLCanvasElement } | undefined;

const drawGround = (map: PlzMap, frame: Frame, palette: Palette, like: HTMLCanvasElement, density: number): void => {
  const picture = document.createElement('canvas');
  picture.width = like.width;
  picture.height = like.height;
  const context = picture.getContext('2d');
  if (context === null) return;
  // Whole device pixels: crisp, and quick to fill.
  const size = Math.max(1, Math.round(Math.max(1, frame.scale * 2.4) * density));
  context.fillStyle = palette.lineStrong;
  context.globalAlpha = 0.6;
  for (let at = 0; at < map.codes.length; at++) {
    const x = (frame.left + (map.x[at] ?? 0) * frame.scale) * density - size / 2;
    const y = (frame.top + (map.y[at] ?? 0) * frame.scale) * density - size / 2;
    context.fillRect(Math.round(x), Math.round(y), size, size);
  }
  ground = { key: groundKey(palette, like, density), picture };
};

const groundKey = ({ lineStrong }: Palette, { width, height }: HTMLCanvasElement, density: number): string =>
  `${width} ${height} ${density} ${lineStrong}`;

const drawLit = (context: CanvasRenderingContext2D, { map, lit }: MapScene, frame: Frame, palette: Palette): void => {
  const isCrowd = lit.length > CROWD;
  const most = lit.reduce((max, { free }) => Math.max(max, free), 1);
  const [base, span] = isCrowd ? [1.6, 3.4] : [3, 6];
  context.fillStyle = palette.lamp;
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.25;
  // The largest first, so that the small ones stay to be seen.
  for (const { at, free } of [...lit].sort((a, b) => b.free - a.free)) {
    const x = frame.left + (map.x[at] ?? 0) * frame.scale;
    const y = frame.top + (map.y[at] ?? 0) * frame.scale;
    context.beginPath();
    context.arc(x, y, base + span * Math.sqrt(free / most), 0, 2 * Math.PI);
    context.fill();
    if (!isCrowd) context.stroke();
  }
};

const drawPlace = (
  context: CanvasRenderingContext2D,
  { map, place }: MapScene,
  frame: Frame,
  palette: Palette,
): void => {
  if (place === undefined) return;
  const x = frame.left + (map.x[place.at] ?? 0) * frame.scale;
  const y = frame.top + (map.y[place.at] ?? 0) * frame.scale;
  context.beginPath();
  context.arc(x, y, Math.max(4, place.radiusKm * frame.scale), 0, 2 * Math.PI);
  context.fillStyle = palette.primary;
  context.globalAlpha = 0.12;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = palette.primary;
  context.lineWidth = 2;
  context.stroke();
};

/** Draws all of it for this many device pixels to a CSS pixel. */
export const drawMap = (canvas: HTMLCanvasElement, scene: MapScene, palette: Palette, density: number): void => {
  const { clientWidth, clientHeight } = canvas;
  const context = canvas.getContext('2d');
  if (context === null || clientWidth === 0) return;
  canvas.width = Math.round(clientWidth * density);
  canvas.height = Math.round(clientHeight * density);
  const frame = fitMap(scene.map, clientWidth, clientHeight);
  if (ground?.key !== groundKey(palette, canvas, density)) drawGround(scene.map, frame, palette, canvas, density);
  if (ground !== undefined) context.drawImage(ground.picture, 0, 0);
  context.setTransform(density, 0, 0, density, 0, 0);
  drawPlace(context, scene, frame, palette);
  drawLit(context, scene, frame, palette);
};

const nearest = (
  { x, y }: PlzMap,
  positions: Iterable<number>,
  frame: Frame,
  point: { readonly x: number; readonly y: number },
  reach: number,
): number | undefined => {
  let best: number | undefined;
  let least = reach;
  for (const at of positions) {
    const away = Math.hypot(
      frame.left + (x[at] ?? 0) * frame.scale - point.x,
      frame.top + (y[at] ?? 0) * frame.scale - point.y,
    );
    if (away > least) continue;
    best = at;
    least = away;
  }
  return best;
};

/** The postal code that a tap means: the nearest lit dot within reach, else the nearest dot at all; undefined at sea. */
export const codeAt = (
  { map, lit }: Pick<MapScene, 'map' | 'lit'>,
  frame: Frame,
  point: { readonly x: number; readonly y: number },
): Plz | undefined => {
  const litOnes = lit.map(({ at }) => at);
  const at = nearest(map, litOnes, frame, point, LIT_REACH) ?? nearest(map, map.codes.keys(), frame, point, ANY_REACH);
  return at === undefined ? undefined : map.plzAt(at);
};
