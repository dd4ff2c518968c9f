import type { RefusalCode } from '#core/refusal.ts';
import type { NodeClient } from '#host/rpc/api.ts';
import { type CameraFault, closeCamera, openCamera } from '#ui/kiosk/camera.ts';

/** A camera that nobody shows anything to is on for so long. */
const LOOKS_FOR_MS = 60_000;

/** `over`: the camera went off by itself. The last four: why the kiosk took nothing. */
export type BringFault = 'over' | CameraFault | 'expired' | 'future' | 'rate' | 'full' | 'failed';

export type BringState =
  | { readonly kind: 'off' | 'starting' }
  /** `isForeign`: the newest code was another one. */
  | { readonly kind: 'looking'; readonly isForeign: boolean }
  | { readonly kind: 'taken'; readonly isKnown: boolean }
  | { readonly kind: 'refused'; readonly why: BringFault };

const FAULTS: Partial<Record<RefusalCode, BringFault>> = {
  expired: 'expired',
  'from-the-future': 'future',
  'rate-limited': 'rate',
  'over-capacity': 'full',
  'storage-full': 'full',
};

const FOREIGN: ReadonlySet<RefusalCode> = new Set(['unknown-kind', 'malformed']);

/** Takes a sealed request from a phone's screen. The camera is on while `stream` is there, and never after `end`. */
export class Bringing {
  state = $state.raw<BringState>({ kind: 'off' });
  stream = $state.raw<MediaStream | undefined>(undefined);
  readonly #node: Pick<NodeClient, 'takeBrought'>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The same code is read many times while it is held there. */
  #newest = '';
  /** What was begun before the newest beginning or end counts no more. */
  #turn = 0;

  constructor(node: Pick<NodeClient, 'takeBrought'>) {
    this.#node = node;
  }

  async begin(): Promise<void> {
    this.end();
    const turn = this.#turn;
    this.state = { kind: 'starting' };
    const opened = await openCamera();
    if (turn !== this.#turn) {
      if (opened.ok) closeCamera(opened.value);
      return;
    }
    if (!opened.ok) return this.refuse(opened.code);
    this.stream = opened.value;
    this.state = { kind: 'looking', isForeign: false };
    this.#timer = setTimeout(() => this.refuse('over'), LOOKS_FOR_MS);
    for (const track of opened.value.getTracks()) track.addEventListener('ended', () => this.refuse('busy'));
  }

  /** A code was read off the camera's picture: the camera stays on until it is one of ours. */
  async seen(text: string): Promise<void> {
    if (this.state.kind !== 'looking' || text === this.#newest) return;
    this.#newest = text;
    const turn = this.#turn;
    const answer = await this.#node.takeBrought(text).catch(() => undefined);
    if (turn !== this.#turn) return;
    if (answer?.ok) {
      this.end();
      this.state = { kind: 'taken', isKnown: answer.value === 'known' };
    } else if (answer !== undefined && FOREIGN.has(answer.code)) this.state = { kind: 'looking', isForeign: true };
    else this.refuse((answer && FAULTS[answer.code]) ?? 'failed');
  }

  refuse(why: BringFault): void {
    this.end();
    this.state = { kind: 'refused', why };
  }

  end(): void {
    this.#turn += 1;
    this.#newest = '';
    clearTimeout(this.#timer);
    if (this.stream !== undefined) closeCamera(this.stream);
    this.stream = undefined;
    this.state = { kind: 'off' };
  }
}
