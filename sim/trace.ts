/** What a picture of the mesh needs: who did what with whom, when. Nodes are numbers, times milliseconds from the start. */
export interface TraceEvent {
  readonly at: number;
  readonly kind: 'up' | 'down' | 'link' | 'unlink' | 'frame' | 'lost';
  /** The node; of a link or frame the one that dialled or sent. */
  readonly from: number;
  /** The other end; the same node for `up` and `down`. */
  readonly to: number;
  /** A frame's kind, a link's end; empty otherwise. */
  readonly what: string;
}
