import type { Palette } from '#ui/diagnostics/replay/frame-sign.ts';
import type { MeshLayout } from '#ui/diagnostics/replay/mesh-layout.ts';
import { drawGround } from '#ui/diagnostics/replay/picture-ground.ts';
import { arrangeRoom, nodeAt, type Room, type Scene } from '#ui/diagnostics/replay/picture-scene.ts';
import { createTraffic } from '#ui/diagnostics/replay/picture-traffic.ts';

/**
 * The moving picture on two canvases that lie upon each other: a ground that is drawn when the mesh changed, and the traffic,
 * every frame. The browser joins them; to copy the ground into each frame would cost more than the traffic.
 */
export interface MeshPicture {
  /** The room or the theme is another. */
  reset(palette: Palette): void;
  /** Returns of how many frames one is drawn. */
  draw(scene: Scene): number;
  /** The index of the node at a place on the canvas, in CSS pixels. */
  nodeAt(x: number, y: number): number | undefined;
}

/** More pixels than two for one are not seen, but have to be painted. */
const MAX_RATIO = 2;
/** In a mesh that changes all the time the ground follows so often; what is fresh is marked in every frame anyhow. */
const GROUND_EVERY_MS = 100;

export const createMeshPicture = (ground: HTMLCanvasElement, canvas: HTMLCanvasElement): MeshPicture => {
  const front = canvas.getContext('2d');
  const back = ground.getContext('2d', { alpha: false });
  const traffic = createTraffic();
  let room: Room | undefined;
  let arranged: MeshLayout | undefined;
  let colours: Palette | undefined;
  let drawn = '';
  let drawnAt = 0;

  const arrange = (layout: MeshLayout): Room | undefined => {
    if (colours === undefined || (room !== undefined && arranged === layout)) return room;
    const { width, height } = canvas.getBoundingClientRect();
    const ratio = Math.min(MAX_RATIO, devicePixelRatio);
    for (const one of [canvas, ground]) {
      one.width = Math.round(width * ratio);
      one.height = Math.round(height * ratio);
    }
    drawn = '';
    arranged = layout;
    room = arrangeRoom(layout, { width, height, ratio }, colours);
    return room;
  };

  return {
    reset: (palette) => {
      colours = palette;
      room = undefined;
    },
    draw: (scene) => {
      const place = arrange(scene.layout);
      if (front === null || back === null || place === undefined || place.width === 0) return 1;
      const wanted = `${scene.state.version} ${scene.selected ?? ''}`;
      const now = performance.now();
      if (drawn !== wanted && (drawn === '' || !scene.playing || now - drawnAt >= GROUND_EVERY_MS)) {
        drawGround(back, scene, place);
        drawn = wanted;
        drawnAt = now;
      }
      front.setTransform(place.ratio, 0, 0, place.ratio, 0, 0);
      front.clearRect(0, 0, place.width, place.height);
      return traffic.draw(front, scene, place);
    },
    nodeAt: (x, y) => (room === undefined ? undefined : nodeAt(room, x, y)),
  };
};
