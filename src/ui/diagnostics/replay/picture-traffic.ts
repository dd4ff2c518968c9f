import { FRAME_GROUPS, frameGroup } from '#ui/diagnostics/replay/frame-group.ts';
import { FRAME_SHAPES, LOST_SHAPE } from '#ui/diagnostics/replay/frame-sign.ts';
import {
  changesOf,
  DOWN,
  eventsUntil,
  FRAME,
  LINK,
  LOST,
  type MeshTrace,
  UNLINK,
} from '#ui/diagnostics/replay/mesh-trace.ts';
import { countBelow } from '#ui/diagnostics/replay/node-traffic.ts';
import type { Room, Scene } from '#ui/diagnostics/replay/picture-scene.ts';

/** What moves: frames on their way, frames that are lost, and links and nodes that have just changed. */
export interface Traffic {
  /** Draws it; returns of how many frames one is drawn, because in a storm not every dot can be. */
  draw(context: CanvasRenderingContext2D, scene: Scene, room: Room): number;
}

/** More dots than this nobody can tell apart, and no phone draws sixty times a second. */
const MAX_DOTS = 2_500;
const UNIT = 5;
/** Both directions of a link are seen: each keeps to its right. */
const KEEP_RIGHT = 2.5;
const HALF = 0.5;

/** Every sign once, as a small picture: copying is faster than drawing paths. */
const createSigns = (room: Room): readonly HTMLCanvasElement[] => {
  const scale = (room.radius > 5 ? 1 : 0.7) * room.ratio;
  const side = Math.ceil((2 * UNIT + 3) * scale);
  const sign = (shape: string, colour: string, isStroke: boolean): HTMLCanvasElement => {
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext('2d');
    context?.setTransform(scale, 0, 0, scale, side / 2, side / 2);
    if (context === null) return canvas;
    const path = new Path2D(shape);
    context.lineJoin = 'round';
    context.lineWidth = isStroke ? 4.5 : 2;
    context.strokeStyle = room.palette.surface;
    context.stroke(path);
    context.lineWidth = 2;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    if (isStroke) context.stroke(path);
    else context.fill(path);
    return canvas;
  };
  return [
    ...FRAME_GROUPS.map((group) => sign(FRAME_SHAPES[group], room.palette.frames[group], false)),
    sign(LOST_SHAPE, room.palette.danger, true),
  ];
};
const CROSS = FRAME_GROUPS.length;

const strideFor = (count: number): number => {
  let stride = 1;
  while (count / stride > MAX_DOTS) stride *= 2;
  return stride;
};

/** How far along its way the event is drawn; undefined when it is not. */
const progressOf = ({ trace, time, span, moving }: Scene, index: number): number | undefined => {
  const at = trace.at[index] ?? 0;
  const isLost = trace.kind[index] === LOST;
  if (!moving) return at <= time ? (isLost ? HALF : 0.62) : undefined;
  // A frame is noted when it arrives, a lost one when it leaves: it gets half-way.
  if (isLost) return at <= time ? Math.min(HALF, (time - at) / span) : undefined;
  return at > time ? 1 - (at - time) / span : undefined;
};

const drawChanges = (context: CanvasRenderingContext2D, changes: Uint32Array, scene: Scene, room: Room): void => {
  const { trace, state, time, span } = scene;
  const { palette, radius, x, y } = room;
  const first = countBelow(changes, eventsUntil(trace, time - span));
  for (let change = first; change < changes.length; change++) {
    const index = changes[change] ?? 0;
    if (index >= state.played) break;
    const kind = trace.kind[index];
    const from = trace.from[index] ?? 0;
    const to = trace.to[index] ?? 0;
    context.globalAlpha = Math.max(0, 1 - (time - (trace.at[index] ?? 0)) / span);
    if (kind === LINK || kind === UNLINK) {
      context.beginPath();
      context.moveTo(x[from] ?? 0, y[from] ?? 0);
      context.lineTo(x[to] ?? 0, y[to] ?? 0);
      context.setLineDash(kind === UNLINK ? [6, 5] : []);
      context.strokeStyle = kind === UNLINK ? palette.danger : palette.ok;
      context.lineWidth = radius > 5 ? 2.6 : 1.2;
      context.stroke();
      context.setLineDash([]);
    } else if (kind === DOWN) {
      context.beginPath();
      context.arc(x[from] ?? 0, y[from] ?? 0, radius + 3, 0, 2 * Math.PI);
      context.strokeStyle = palette.danger;
      context.lineWidth = 3;
      context.stroke();
    }
  }
  context.globalAlpha = 1;
};

export const createTraffic = (): Traffic => {
  let signs: readonly HTMLCanvasElement[] = [];
  let signsOf: Room | undefined;
  let groups: readonly number[] = [];
  let changes: Uint32Array = new Uint32Array();
  let traceOf: MeshTrace | undefined;

  const drawFrames = (context: CanvasRenderingContext2D, scene: Scene, room: Room): number => {
    const { trace, state, time, span, moving, selected } = scene;
    const first = eventsUntil(trace, time - span);
    const end = moving ? eventsUntil(trace, time + span) : state.played;
    const stride = strideFor((end - first) / (moving ? 2 : 1));
    for (let index = Math.ceil(first / stride) * stride; index < end; index += stride) {
      const kind = trace.kind[index];
      if (kind !== FRAME && kind !== LOST) continue;
      const progress = progressOf(scene, index);
      const isShown = state.open[state.pairs.of[index] ?? 0] !== 0 || kind === LOST;
      if (progress === undefined || !isShown) continue;
      const from = trace.from[index] ?? 0;
      const to = trace.to[index] ?? 0;
      const [ax, ay] = [room.x[from] ?? 0, room.y[from] ?? 0];
      const [ex, ey] = [(room.x[to] ?? 0) - ax, (room.y[to] ?? 0) - ay];
      const length = Math.max(1, Math.hypot(ex, ey));
      const isStopped = kind === LOST && progress >= HALF;
      const sign = signs[isStopped ? CROSS : (groups[trace.what[index] ?? 0] ?? 0)];
      if (sign === undefined) continue;
      const side = sign.width / room.ratio;
      context.globalAlpha = selected === undefined || from === selected || to === selected ? 1 : 0.15;
      context.drawImage(
        sign,
        ax + ex * progress - (ey / length) * KEEP_RIGHT - side / 2,
        ay + ey * progress + (ex / length) * KEEP_RIGHT - side / 2,
        side,
        side,
      );
    }
    context.globalAlpha = 1;
    return stride;
  };

  return {
    draw: (context, scene, room) => {
      if (signsOf !== room) signs = createSigns(room);
      signsOf = room;
      if (traceOf !== scene.trace) {
        groups = scene.trace.names.map((name) => FRAME_GROUPS.indexOf(frameGroup(name)));
        changes = changesOf(scene.trace);
      }
      traceOf = scene.trace;
      drawChanges(context, changes, scene, room);
      return drawFrames(context, scene, room);
    },
  };
};
