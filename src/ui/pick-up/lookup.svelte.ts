import type { PickUpCode } from '#core/domain/pick-up-code.ts';
import type { NodeClient, RequestView } from '#host/rpc/api.ts';
import { rootOf } from '#ui/pick-up/root.ts';

/** How long an answer may be on its way before "nothing there" is said; it is looked for on. */
const PATIENCE_MS = 8_000;
/** The names of practices come with the first sync: so long a request without one waits to be shown. */
const NAME_PATIENCE_MS = 10_000;
const AGAIN_MS = 2_000;

/** `nothing`: no device in reach has anything for this code. Never the end: it goes on looking. */
export type LookupState = 'idle' | 'looking' | 'nothing' | 'found' | 'failed';

/** Looks for what a code opens, and keeps it fresh. The code's root is held here only, and gone with `end`. */
export class Lookup {
  state = $state<LookupState>('idle');
  request = $state.raw<RequestView | undefined>(undefined);
  readonly #node: NodeClient;
  readonly #guest: boolean;
  #root: Uint8Array | undefined;
  #begunAt = 0;
  #busy = false;
  #stops: (() => void)[] = [];

  constructor(node: NodeClient, guest: boolean) {
    this.#node = node;
    this.#guest = guest;
  }

  async begin(code: PickUpCode): Promise<void> {
    this.end();
    this.state = 'looking';
    const stopped = { yet: false };
    this.#stops.push(() => {
      stopped.yet = true;
    });
    const root = await rootOf(code);
    if (!stopped.yet) this.follow(root);
  }

  follow(root: Uint8Array): void {
    this.end();
    this.state = 'looking';
    this.#root = root;
    this.#begunAt = performance.now();
    const timer = setInterval(() => void this.#ask(), AGAIN_MS);
    const unsubscribe = this.#node.subscribe((topic) => {
      if (topic === 'requests') void this.#ask();
    });
    this.#stops.push(() => clearInterval(timer), unsubscribe);
    void this.#ask();
  }

  end(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#root = undefined;
    this.request = undefined;
    this.state = 'idle';
  }

  async #ask(): Promise<void> {
    const root = this.#root;
    if (root === undefined || this.#busy) return;
    this.#busy = true;
    try {
      const answer = await this.#node.pickUp({ root, guest: this.#guest });
      if (this.#root === root) this.#take(answer.ok ? answer.value : undefined);
    } catch {
      if (this.#root === root && this.request === undefined) this.state = 'failed';
    } finally {
      this.#busy = false;
    }
  }

  #take(request: RequestView | undefined): void {
    const waited = performance.now() - this.#begunAt;
    if (request === undefined) {
      if (this.request === undefined) this.state = waited > PATIENCE_MS ? 'nothing' : 'looking';
    } else if (request.slot.name !== '' || waited > NAME_PATIENCE_MS) {
      this.request = request;
      this.state = 'found';
    }
  }
}
