import { type FrameGroup, frameGroup } from '#ui/diagnostics/replay/frame-group.ts';
import { type Happening, happeningsBefore } from '#ui/diagnostics/replay/happenings.ts';
import { findIslands, type Islands } from '#ui/diagnostics/replay/islands.ts';
import type { Scene } from '#ui/diagnostics/replay/picture-scene.ts';
import type { Recording } from '#ui/diagnostics/replay/recording.ts';

/**
 * The time of a recording: it runs, stands or is moved. The picture is told at every frame of the screen; the words beside it
 * a few times a second, which is as fast as anybody reads.
 */
export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100] as const;

export interface KindCount {
  readonly name: string;
  readonly group: FrameGroup;
  readonly frames: number;
  readonly lost: number;
}

/** What the words say, at one moment. */
export interface Shown {
  readonly time: number;
  readonly played: number;
  readonly up: number;
  readonly links: number;
  readonly islands: Islands;
  /** Kinds of frames that came so far, the most frequent first. */
  readonly kinds: readonly KindCount[];
  readonly rows: readonly Happening[];
  /** Neighbours of the selected node, as indices. */
  readonly neighbours: readonly number[];
  readonly selectedUp: boolean;
  readonly stride: number;
}

/** Milliseconds of the screen's time. */
const FLIGHT_MS = 700;
const WORDS_EVERY_MS = 150;
const STEP_MS = 1_000;
/** A tab that slept does not catch up. */
const MAX_FRAME_MS = 100;
const ROWS = 14;

export class Replay {
  readonly recording: Recording;
  playing = $state(false);
  speed = $state<number>(1);
  selected = $state<number | undefined>();
  still = $state(false);
  shown = $state.raw<Shown>() as Shown;
  /** Set by the picture; returns of how many frames one is drawn. */
  draw: (scene: Scene) => number = () => 1;
  #time: number;
  #islands: Islands;
  #islandsOf = -1;
  #request = 0;
  #last = 0;
  #wordsAt = 0;
  #owed = 0;

  constructor(recording: Recording) {
    this.recording = recording;
    this.#time = recording.begin;
    recording.state.seek(this.#time);
    this.#islands = findIslands(recording.state);
    this.shown = this.#look(1);
  }

  toggle(): void {
    this.playing = !this.playing;
    if (this.playing && this.#time >= this.recording.end) this.#time = this.recording.begin;
    this.#last = 0;
    this.#owed = 0;
    this.redraw();
  }

  seek(time: number): void {
    this.#time = Math.min(this.recording.end, Math.max(this.recording.begin, time));
    this.redraw();
  }

  by(milliseconds: number): void {
    this.seek(this.#time + milliseconds);
  }

  /** To where the next trouble begins, or the one before; to the edge when there is none. */
  toTrouble(direction: 1 | -1): void {
    const { troubles, begin, end } = this.recording;
    // What one has just jumped to is not the one before.
    const found =
      direction === 1
        ? troubles.find((at) => at > this.#time + 1)
        : troubles.findLast((at) => at < this.#time - (this.playing ? STEP_MS * this.speed : 1));
    this.seek(found ?? (direction === 1 ? end : begin));
  }

  select(node: number | undefined): void {
    this.selected = node;
    this.redraw();
  }

  redraw(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame((now) => this.#tick(now));
  }

  stop(): void {
    this.playing = false;
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  #tick(now: number): void {
    this.#request = 0;
    if (this.playing) this.#advance(now);
    const { state, trace, layout, end } = this.recording;
    state.seek(this.#time);
    const span = (this.still ? STEP_MS : FLIGHT_MS) * this.speed;
    const { selected } = this;
    const stride = this.draw({
      trace,
      state,
      layout,
      islands: () => this.#findIslands(),
      time: this.#time,
      span,
      moving: !this.still,
      playing: this.playing && this.#time < end,
      selected,
    });
    if (this.playing && this.#time >= end) this.playing = false;
    if (!this.playing || now - this.#wordsAt >= WORDS_EVERY_MS) {
      this.#wordsAt = now;
      this.shown = this.#look(stride);
    }
    if (this.playing) this.redraw();
  }

  #findIslands(): Islands {
    const { state } = this.recording;
    if (this.#islandsOf !== state.version) this.#islands = findIslands(state);
    this.#islandsOf = state.version;
    return this.#islands;
  }

  #advance(now: number): void {
    const passed = this.#last === 0 ? 0 : Math.min(this.still ? STEP_MS : MAX_FRAME_MS, now - this.#last);
    this.#last = now;
    this.#owed += passed;
    if (this.still && this.#owed < STEP_MS) return;
    this.#time = Math.min(this.recording.end, this.#time + this.#owed * this.speed);
    this.#owed = 0;
  }

  #look(stride: number): Shown {
    const { trace, state } = this.recording;
    const { selected } = this;
    const kinds = trace.names
      .map((name, index) => ({
        name,
        group: frameGroup(name),
        frames: state.frames[index] ?? 0,
        lost: state.lost[index] ?? 0,
      }))
      .filter(({ frames, lost }) => frames + lost > 0)
      .sort((a, b) => b.frames - a.frames);
    let links = 0;
    const neighbours: number[] = [];
    state.open.forEach((open, pair) => {
      const a = state.pairs.a[pair] ?? 0;
      const b = state.pairs.b[pair] ?? 0;
      if (open === 0 || state.up[a] === 0 || state.up[b] === 0) return;
      links++;
      if (a === selected) neighbours.push(b);
      if (b === selected) neighbours.push(a);
    });
    return {
      time: this.#time,
      played: state.played,
      up: state.up.reduce((sum, up) => sum + up, 0),
      links,
      islands: this.#findIslands(),
      kinds,
      rows: happeningsBefore(trace, state.played, ROWS),
      neighbours: neighbours.sort((a, b) => a - b),
      selectedUp: selected !== undefined && state.up[selected] === 1,
      stride,
    };
  }
}
