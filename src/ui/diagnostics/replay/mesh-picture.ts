import type { Palette } from '#ui/diagnostics/replay/frame-sign.ts';
import type { MeshLayout } from '#ui/diagnostics/replay/mesh-layout.ts';
import { drawGround } from '#ui/diagnostics/replay/picture-ground.ts';
import { arrangeRoom, nodeAt, type Room, type Scene } from '#ui/diagnostics/replay/picture-scene.ts';
import { createTraffic } from '#ui/diagnostics/replay/picture-traffic.ts';

/** The moving picture on a canvas: a ground that is drawn when the mesh changes, and the traffic over it, every frame. */
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

export const createMeshPicture = (canvas: HTMLCanvasElement): MeshPicture => {
  const front = canvas.getContext('2d', { alpha: false });
  const ground = document.createElement('canvas');
  const back = ground.getContext('2d', { alpha: false });
  const traffic = createTraffic();
  let room: Room | undefined;
  let arranged: MeshLayout | undefined;
  let colours: Palette | undefined;
  let drawn = '';

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
      if (drawn !== wanted) drawGround(back, scene, place);
      drawn = wanted;
      front.setTransform(1, 0, 0, 1, 0, 0);
      front.drawImage(ground, 0, 0);
      front.setTransform(place.ratio, 0, 0, place.ratio, 0, 0);
      return traffic.draw(front, scene, place);
    },
    nodeAt: (x, y) => (room === undefined ? undefined : nodeAt(room, x, y)),
  };
};
