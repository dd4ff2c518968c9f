import { areLabelled, type Room, type Scene } from '#ui/diagnostics/replay/picture-scene.ts';

/** What stands still between two changes of the mesh: islands, open links, nodes. Drawn once for each change. */

type Point = readonly [x: number, y: number];

const turn = ([ox, oy]: Point, [ax, ay]: Point, [bx, by]: Point): number =>
  (ax - ox) * (by - oy) - (ay - oy) * (bx - ox);

/** The convex hull (Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979). */
export const convexHull = (points: readonly Point[]): Point[] => {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const half = (ordered: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const [before, last] = hull.slice(-2);
        if (before === undefined || last === undefined || turn(before, last, point) > 0) break;
        hull.pop();
      }
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
};

const MAX_ISLANDS = 12;
export const islandLetter = (island: number): string => String.fromCharCode(65 + (island % 26));

/** When a mesh is in parts, each part has a ground of its own, with a letter where letters fit. */
const drawIslands = (context: CanvasRenderingContext2D, scene: Scene, room: Room): void => {
  const islands = scene.islands();
  if (islands.sizes.length < 2 || islands.sizes.length > MAX_ISLANDS) return;
  const { palette, radius, x, y } = room;
  islands.sizes.forEach((_, island) => {
    const members: Point[] = [];
    islands.of.forEach((of, node) => {
      if (of === island) members.push([x[node] ?? 0, y[node] ?? 0]);
    });
    const hull = convexHull(members);
    context.beginPath();
    for (const [atX, atY] of hull) context.lineTo(atX, atY);
    context.closePath();
    context.lineJoin = 'round';
    context.lineCap = 'round';
    for (const [colour, width] of [
      [palette.lineStrong, 4 * radius + 3],
      [palette.primarySoft, 4 * radius],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
    context.fillStyle = palette.primarySoft;
    context.fill();
    const [top] = [...hull].sort(([, ay], [, by]) => ay - by);
    if (top === undefined || !areLabelled(room)) return;
    context.fillStyle = palette.ink2;
    context.font = `600 13px ${palette.font}`;
    context.textAlign = 'left';
    context.fillText(islandLetter(island), top[0] + radius + 3, top[1] - radius + 2);
  });
};

const drawLinks = (context: CanvasRenderingContext2D, { state, selected }: Scene, { palette, x, y }: Room): void => {
  const { open, up, pairs } = state;
  const many = pairs.count > 600;
  const stroke = (colour: string, width: number, alpha: number, wanted: (a: number, b: number) => boolean): void => {
    context.beginPath();
    for (let pair = 0; pair < pairs.count; pair++) {
      const a = pairs.a[pair] ?? 0;
      const b = pairs.b[pair] ?? 0;
      if (open[pair] === 0 || up[a] === 0 || up[b] === 0 || !wanted(a, b)) continue;
      context.moveTo(x[a] ?? 0, y[a] ?? 0);
      context.lineTo(x[b] ?? 0, y[b] ?? 0);
    }
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = alpha;
    context.stroke();
    context.globalAlpha = 1;
  };
  const isMine = (a: number, b: number): boolean => a === selected || b === selected;
  stroke(palette.lineStrong, many ? 0.6 : 1.2, selected === undefined ? (many ? 0.45 : 0.8) : 0.22, () => true);
  if (selected !== undefined) stroke(palette.primary, 2.4, 1, isMine);
};

const drawNodes = (context: CanvasRenderingContext2D, { trace, state, selected }: Scene, room: Room): void => {
  const { palette, radius, x, y } = room;
  const dots = (wanted: number, fill: string, stroke: string): void => {
    context.beginPath();
    state.up.forEach((up, node) => {
      if (up !== wanted) return;
      context.moveTo((x[node] ?? 0) + radius, y[node] ?? 0);
      context.arc(x[node] ?? 0, y[node] ?? 0, radius, 0, 2 * Math.PI);
    });
    context.fillStyle = fill;
    context.fill();
    context.strokeStyle = stroke;
    context.lineWidth = radius > 5 ? 1.8 : 0.8;
    context.stroke();
  };
  if (selected !== undefined) {
    context.beginPath();
    context.arc(x[selected] ?? 0, y[selected] ?? 0, radius + 5, 0, 2 * Math.PI);
    context.fillStyle = palette.lamp;
    context.fill();
    context.strokeStyle = palette.ink;
    context.lineWidth = 1.5;
    context.stroke();
  }
  dots(1, palette.primary, palette.surface);
  dots(0, palette.surface, palette.lineStrong);
  if (!areLabelled(room)) return;
  context.font = `600 ${Math.round(radius * 1.15)}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  state.up.forEach((up, node) => {
    context.fillStyle = up === 1 ? palette.onPrimary : palette.ink2;
    context.fillText(`${trace.nodes[node] ?? 0}`, x[node] ?? 0, (y[node] ?? 0) + 0.5);
  });
};

export const drawGround = (context: CanvasRenderingContext2D, scene: Scene, room: Room): void => {
  context.setTransform(room.ratio, 0, 0, room.ratio, 0, 0);
  context.fillStyle = room.palette.surface;
  context.fillRect(0, 0, room.width, room.height);
  context.textBaseline = 'alphabetic';
  drawIslands(context, scene, room);
  drawLinks(context, scene, room);
  drawNodes(context, scene, room);
};
