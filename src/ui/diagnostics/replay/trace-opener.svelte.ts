import { fetchExample } from '#ui/diagnostics/replay/example-trace.ts';
import { readTrace, type TraceRefusal } from '#ui/diagnostics/replay/read-trace.ts';
import { createRecording, type Recording } from '#ui/diagnostics/replay/recording.ts';

/** Opens a file or the example. One at a time: a new one ends the reading of the one before; a refusal leaves what is open. */
export type OpenerState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  | { readonly kind: 'arranging' }
  | { readonly kind: 'refused'; readonly why: TraceRefusal | 'no-example' };

const PROGRESS_EVERY_MS = 100;
const painted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

export class TraceOpener {
  state = $state.raw<OpenerState>({ kind: 'idle' });
  #running: AbortController | undefined;
  readonly #onOpen: (recording: Recording) => void;

  constructor(onOpen: (recording: Recording) => void) {
    this.#onOpen = onOpen;
  }

  cancel(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.state = { kind: 'idle' };
  }

  async file(file: File): Promise<void> {
    await this.#read(file.name, file, this.#begin());
  }

  async example(name: string): Promise<void> {
    const signal = this.#begin();
    try {
      const blob = await fetchExample(signal);
      await this.#read(name, blob, signal);
    } catch {
      if (!signal.aborted) this.state = { kind: 'refused', why: 'no-example' };
    }
  }

  #begin(): AbortSignal {
    this.cancel();
    this.#running = new AbortController();
    this.state = { kind: 'reading', done: 0, total: 0 };
    return this.#running.signal;
  }

  async #read(name: string, blob: Blob, signal: AbortSignal): Promise<void> {
    let told = 0;
    const onProgress = (done: number): void => {
      if (signal.aborted || performance.now() - told < PROGRESS_EVERY_MS) return;
      told = performance.now();
      this.state = { kind: 'reading', done, total: blob.size };
    };
    const read = await readTrace(blob.stream(), { signal, onProgress });
    if (signal.aborted) return;
    if (!read.ok) {
      this.state = { kind: 'refused', why: read.code };
      return;
    }
    this.state = { kind: 'arranging' };
    await painted();
    if (signal.aborted) return;
    this.#onOpen(createRecording(name, read.value));
    this.state = { kind: 'idle' };
  }
}
