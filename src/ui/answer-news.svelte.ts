import { on } from 'svelte/events';
import type { Millis } from '#core/brand.ts';
import { clock } from '#ui/clock.svelte.ts';
import { ownRequests } from '#ui/own-requests.svelte.ts';
import { keep, readKeptNumber } from '#ui/pwa/kept.ts';
import { unreadAnswers } from '#ui/pwa/unread.ts';
import { router } from '#ui/router.svelte.ts';

const ANSWERS_READ = 'answers-read';

/** The answers that came since somebody last looked at the requests: for the page, its menu and the number on the icon. */
class AnswerNews {
  #readAt = $state(readKeptNumber(ANSWERS_READ) as Millis);
  #visible = $state(true);
  #looked = $derived(this.#visible && (router.route.name === 'requests' || router.route.name === 'request'));
  /** None while they are being looked at. */
  fresh = $derived(this.#looked ? [] : unreadAnswers(ownRequests.all, this.#readAt));

  /** Must be called while a component is being set up. */
  start(): void {
    const look = () => {
      this.#visible = document.visibilityState === 'visible';
    };
    look();
    $effect(() => on(document, 'visibilitychange', look));
    $effect(() => {
      void [ownRequests.all, clock.now];
      if (!this.#looked) return;
      this.#readAt = Date.now() as Millis;
      keep(ANSWERS_READ, String(this.#readAt));
    });
  }
}

export const answerNews = new AnswerNews();
