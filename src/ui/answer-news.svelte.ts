import { on } from 'svelte/events';
import type { Millis } from '#core/brand.ts';
import type { RequestView } from '#host/rpc/api.ts';
import { ownRequests } from '#ui/own-requests.svelte.ts';
import { dropKept, keepList, readKept, readKeptList, readKeptNumber } from '#ui/pwa/kept.ts';
import { lookedAtUntil, unreadAnswers, withLookedAt } from '#ui/pwa/unread.ts';
import { router } from '#ui/router.svelte.ts';

const LOOKED_AT = 'answers-looked-at';
/** Before, one moment was kept for all of them. */
const READ_AT = 'answers-read';

/** The answers that nobody has looked at yet: for the page, its menu and the number on the icon. */
class AnswerNews {
  /** Undefined: an earlier version's moment is still to be made into a list. */
  #lookedAt = $state.raw(readKeptList(LOOKED_AT) ?? (readKept(READ_AT) === undefined ? [] : undefined));
  #visible = $state(true);
  /** On the screen now. */
  #inSight = $derived.by((): readonly RequestView[] => {
    const { route } = router;
    if (!this.#visible) return [];
    if (route.name === 'requests') return ownRequests.all;
    return route.name === 'request' ? ownRequests.all.filter(({ requestId }) => requestId === route.id) : [];
  });
  fresh = $derived(
    this.#lookedAt === undefined
      ? []
      : unreadAnswers(ownRequests.all, this.#lookedAt).filter((request) => !this.#inSight.includes(request)),
  );

  /** Must be called while a component is being set up. */
  start(): void {
    const look = () => {
      this.#visible = document.visibilityState === 'visible';
    };
    look();
    $effect(() => on(document, 'visibilitychange', look));
    $effect(() => {
      if (this.#lookedAt !== undefined || !ownRequests.known) return;
      this.#lookedAt = lookedAtUntil(ownRequests.all, readKeptNumber(READ_AT) as Millis);
      keepList(LOOKED_AT, this.#lookedAt);
      dropKept(READ_AT);
    });
    $effect(() => {
      const inSight = this.#inSight;
      if (inSight.length === 0) return;
      // Other tabs keep theirs there too, and whoever deletes everything deletes it there.
      const kept = readKeptList(LOOKED_AT) ?? [];
      if (unreadAnswers(inSight, kept).length > 0) keepList(LOOKED_AT, withLookedAt(kept, inSight));
      this.#lookedAt = withLookedAt(kept, inSight);
    });
  }
}

export const answerNews = new AnswerNews();
