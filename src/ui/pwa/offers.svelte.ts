import { keep, readKept, readKeptNumber } from '#ui/pwa/kept.ts';

/**
 * What the browser can do for the app itself: install it, bring its new version, keep its storage. The composition root tells
 * it what happened (src/main.ts); nothing of it is asked of the person before there is a reason to.
 */
/** https://wicg.github.io/manifest-incubations/: in Chromium only. */
export interface InstallPrompt {
  prompt(): Promise<unknown>;
}

const VISITS = 'visits';
const DECLINED = 'install-declined';
const COUNTED = 'terminfunk.visit';

class AppOffers {
  /** Brings the new version that waits; reloads the page. Undefined while there is none. */
  update = $state.raw<(() => void) | undefined>(undefined);
  installPrompt = $state.raw<InstallPrompt | undefined>(undefined);
  declined = $state(readKept(DECLINED) === '1');
  /** Whether the browser keeps what is stored when it needs room; undefined while nobody knows. */
  persisted = $state<boolean | undefined>(undefined);

  /** One for each time that a tab is opened. */
  countVisit(): number {
    try {
      if (sessionStorage.getItem(COUNTED) === null) {
        sessionStorage.setItem(COUNTED, '1');
        keep(VISITS, String(readKeptNumber(VISITS) + 1));
      }
    } catch {
      // Nothing is kept here: every visit is the first.
    }
    return readKeptNumber(VISITS);
  }

  decline(): void {
    this.declined = true;
    keep(DECLINED, '1');
  }

  async lookAtStorage(): Promise<void> {
    this.persisted = await navigator.storage?.persisted?.().catch(() => undefined);
  }

  /** Asks once there is something to lose: a request, or a practice's key. */
  async persist(): Promise<void> {
    await this.lookAtStorage();
    if (this.persisted === false) this.persisted = await navigator.storage.persist().catch(() => false);
  }
}

export const offers = new AppOffers();
