import { countsText, type PracticeCounts, parseCounts } from '#ui/therapist/brought-back.ts';

/** That a backup was taken in and not yet said to have been, with what the practice had before: for this tab. */
const KEY = 'terminfunk.backup-taken';

const tried = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

class TakenBackup {
  before = $state.raw(tried(() => parseCounts(sessionStorage.getItem(KEY))));

  take(before: PracticeCounts): void {
    this.before = before;
    tried(() => sessionStorage.setItem(KEY, countsText(before)));
  }

  understood(): void {
    this.before = undefined;
    tried(() => sessionStorage.removeItem(KEY));
  }
}

/** This page's. */
export const takenBackup = new TakenBackup();
