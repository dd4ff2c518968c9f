import type { NodeAddress } from '#core/brand.ts';
import type { ProfileFields } from '#ui/therapist/profile-form.ts';

/**
 * What was typed into the profile and not saved yet, so that a look at another page loses nothing. In memory only: what a
 * practice has not decided to publish is not stored.
 */
export class ProfileDraft {
  #kept: { readonly practice: NodeAddress; readonly fields: ProfileFields } | undefined;

  /** Another practice, made or restored on this device since then, knows nothing of it. */
  of(practice: NodeAddress): ProfileFields | undefined {
    return this.#kept?.practice === practice ? this.#kept.fields : undefined;
  }

  /** Undefined when nothing is left that is not saved. */
  keep(practice: NodeAddress, fields: ProfileFields | undefined): void {
    this.#kept = fields && { practice, fields };
  }

  forget(): void {
    this.#kept = undefined;
  }
}

/** This page's. */
export const profileDraft = new ProfileDraft();
