import type { Palette } from '#ui/diagnostics/replay/frame-sign.ts';
import type { Islands } from '#ui/diagnostics/replay/islands.ts';
import type { MeshLayout } from '#ui/diagnostics/replay/mesh-layout.ts';
import type { MeshState } from '#ui/diagnostics/replay/mesh-state.ts';
import type { MeshTrace } from '#ui/diagnostics/replay/mesh-trace.ts';

/** What is drawn: a trace, where its nodes stand, and its state at a moment. */
export interface Scene {
  readonly trace: MeshTrace;
  readonly state: MeshState;
  readonly layout: MeshLayout;
  /** Found when they are asked for. */
  readonly islands: () => Islands;
  readonly time: number;
  /** Virtual milliseconds for which a dot is seen on its way, and a change is marked as fresh. */
  readonly span: number;
  /** False where motion is to be reduced: what happened since the last step is drawn at rest. */
  readonly moving: boolean;
  /** Another frame follows at once. */
  readonly playing: boolean;
  /** The index of the node that is looked at. */
  readonly selected: number | undefined;
}

/** The room there is, in CSS pixels, and where the nodes stand in it. */
export interface Room {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly palette: Palette;
  /** Radius of a node. */
  readonly radius: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export const areLabelled = (room: Room): boolean => room.radius >= 9;

const radiusFor = (nodes: number, width: number): number => {
  const shrink = width < 480 ? 0.85 : 1;
  if (nodes <= 40) return 10.6 * shrink;
  if (nodes <= 120) return 7 * shrink;
  return (nodes <= 400 ? 4.5 : nodes <= 1_500 ? 3 : 2) * shrink;
};

export const arrangeRoom = (
  layout: MeshLayout,
  size: { readonly width: number; readonly height: number; readonly ratio: number },
  palette: Palette,
): Room => {
  const radius = radiusFor(layout.x.length, size.width);
  const margin = 2.4 * radius + 8;
  return {
    ...size,
    palette,
    radius,
    x: layout.x.map((part) => margin + part * (size.width - 2 * margin)),
    y: layout.y.map((part) => margin + part * (size.height - 2 * margin)),
  };
};

/** The node at a place, with a finger's tolerance. */
export const nodeAt = ({ x, y, radius }: Room, atX: number, atY: number): number | undefined => {
  let best: number | undefined;
  let nearest = Math.max(22, 2 * radius);
  x.forEach((nodeX, node) => {
    const distance = Math.hypot(nodeX - atX, (y[node] ?? 0) - atY);
    if (distance >= nearest) return;
    nearest = distance;
    best = node;
  });
  return best;
};
