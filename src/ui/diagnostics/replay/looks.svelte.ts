import { type Palette, readPalette } from '#ui/diagnostics/replay/frame-sign.ts';

/** The palette of the theme that is shown, followed when the theme changes: by the system or by the person. */
export const looks = (): { readonly now: Palette } => {
  let now = $state.raw(readPalette());
  $effect(() => {
    const read = () => {
      now = readPalette();
    };
    const looked = new MutationObserver(read);
    looked.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
    const system = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => matchMedia(query));
    for (const one of system) one.addEventListener('change', read);
    return () => {
      looked.disconnect();
      for (const one of system) one.removeEventListener('change', read);
    };
  });
  return {
    get now() {
      return now;
    },
  };
};
