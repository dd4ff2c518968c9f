import { m } from '#ui/paraglide/messages.js';
import { getLocale, setLocale } from '#ui/paraglide/runtime.js';
import { followLocale, loadLanguage } from '#ui/text/spoken-texts.ts';
import type { UiLocale } from '#ui/text/time.ts';

/** Language and looks: kept on this device, applied to the root element, reactive so that a change needs no reload. */
export type Theme = 'system' | 'light' | 'dark';
const THEME_KEY = 'terminfunk.theme';
const CONTRAST_KEY = 'terminfunk.contrast';

/** Storage may be forbidden; then a choice lasts as long as the page. */
const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const write = (key: string, value: string | null): void => {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Kept for this page only.
  }
};

const parseTheme = (value: string | null): Theme => (value === 'light' || value === 'dark' ? value : 'system');

class Settings {
  locale = $state<UiLocale>('de');
  theme = $state<Theme>('system');
  contrast = $state(false);
  /** Called when the person has chosen another language. */
  onLocale: (locale: UiLocale) => void = () => undefined;

  start(): void {
    this.locale = getLocale();
    // Every message asks this; reading a rune makes each text follow the language by itself.
    followLocale(() => this.locale);
    this.theme = parseTheme(read(THEME_KEY));
    this.contrast = read(CONTRAST_KEY) === 'more';
    this.#apply();
  }

  /** Resolves when the language has changed; without its texts (no network) everything stays as it is. */
  async setLocale(locale: UiLocale): Promise<void> {
    await loadLanguage(locale);
    this.locale = locale;
    void setLocale(locale, { reload: false });
    this.onLocale(locale);
    this.#apply();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    write(THEME_KEY, theme === 'system' ? null : theme);
    this.#apply();
  }

  setContrast(more: boolean): void {
    this.contrast = more;
    write(CONTRAST_KEY, more ? 'more' : null);
    this.#apply();
  }

  #apply(): void {
    const root = document.documentElement;
    root.lang = this.locale;
    root.dir = m.text_direction();
    if (this.theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = this.theme;
    if (this.contrast) root.dataset.contrast = 'more';
    else delete root.dataset.contrast;
  }
}

export const settings = new Settings();
