import type { Plz } from '#core/brand.ts';
import type { PlaceSuggestion } from '#host/rpc/api.ts';

/** What a node knows of German postal codes (src/core/plz), as the interface's calls need it. */
export interface Places {
  nameOf(plz: Plz): string | undefined;
  suggest(text: string): PlaceSuggestion[];
}
