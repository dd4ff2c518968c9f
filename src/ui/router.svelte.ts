import { href, parseRoute, type Route } from '#ui/route.ts';

/**
 * The current route, and the way back. Each history entry carries its depth, so that "back" inside the app never leaves
 * it by surprise, and its scroll position is kept here, because a list is drawn only after the node has answered.
 */
const MAX_POSITIONS = 50;
const positions = new Map<number, number>();

const depthOf = (state: unknown): number | undefined =>
  typeof state === 'object' && state !== null && 'depth' in state && typeof state.depth === 'number'
    ? state.depth
    : undefined;

class Router {
  route = $state.raw<Route>({ name: 'search', query: '' });
  /** Counts real moves, so that a screen knows when to take the focus. */
  moves = $state(0);
  #depth = 0;
  /** Where the next screen should start, once it has something to show. Undefined: it stands there already. */
  #scrollTo: number | undefined;

  start(): () => void {
    history.scrollRestoration = 'manual';
    this.#enter();
    const onHash = () => {
      this.#enter();
      this.moves += 1;
    };
    const onScroll = () => {
      positions.delete(this.#depth);
      positions.set(this.#depth, scrollY);
      if (positions.size > MAX_POSITIONS) positions.delete(positions.keys().next().value ?? 0);
    };
    addEventListener('hashchange', onHash);
    addEventListener('scroll', onScroll, { passive: true });
    return () => {
      removeEventListener('hashchange', onHash);
      removeEventListener('scroll', onScroll);
    };
  }

  #enter(): void {
    const known = depthOf(history.state);
    if (known === undefined) {
      this.#depth += 1;
      positions.delete(this.#depth);
      history.replaceState({ depth: this.#depth }, '');
    } else {
      this.#depth = known;
    }
    this.#scrollTo = known === undefined ? 0 : (positions.get(this.#depth) ?? 0);
    // A page that was just opened stands at its top, and to say so costs a layout in the middle of taking it over.
    if (known === undefined && this.moves === 0) this.#scrollTo = undefined;
    this.route = parseRoute(location.hash);
  }

  /** Called by a screen when its height is final. */
  settle(): void {
    if (this.#scrollTo !== undefined) scrollTo({ top: this.#scrollTo, behavior: 'instant' });
    this.#scrollTo = 0;
  }

  go(target: string): void {
    location.hash = target;
  }

  /** Swaps the current entry: for a form that writes itself into the fragment, or a screen that must not come back. */
  replace(target: string): void {
    history.replaceState(history.state, '', target);
    this.route = parseRoute(target);
  }

  /** Swaps the current entry for another screen, which takes the focus even where it is the first that came by a move. */
  leave(target: string): void {
    this.replace(target);
    this.moves += 1;
  }

  back(fallback: string = href.search()): void {
    if (this.#depth > 1) history.back();
    else this.replace(fallback);
  }
}

export const router = new Router();
