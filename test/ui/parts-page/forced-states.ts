import type { Attachment } from 'svelte/attachments';

/**
 * States that only a pointer or a key brings about, shown without either: each rule for `:hover` and for focus gets a twin
 * for a class. The rules are the interface's own, so what is shown is what somebody sees.
 */
const TWINS: readonly (readonly [RegExp, string])[] = [
  [/:hover\b/g, '.is-hover'],
  [/:focus-visible\b/g, '.is-focus'],
  [/:focus(?!-)\b/g, '.is-focus'],
];

const addTwins = (rules: CSSRuleList, add: (css: string, at: number) => void): void => {
  for (let at = rules.length - 1; at >= 0; at -= 1) {
    const rule = rules.item(at);
    if (rule instanceof CSSStyleRule) {
      const twin = TWINS.reduce((text, [state, name]) => text.replace(state, name), rule.selectorText);
      if (twin !== rule.selectorText) add(`${twin} { ${rule.style.cssText} }`, at + 1);
    } else if (rule instanceof CSSMediaRule) {
      addTwins(rule.cssRules, (css, index) => rule.insertRule(css, index));
    }
  }
};

/** Call it once, when all style sheets are there. */
export const addForcedStates = (page: Document): void => {
  for (const sheet of page.styleSheets) addTwins(sheet.cssRules, (css, at) => sheet.insertRule(css, at));
};

export type ForcedState = 'hover' | 'focus';

/** Puts such a state on the first thing inside that `on` finds. */
export const force =
  (state: ForcedState | undefined, on: string): Attachment =>
  (box) => {
    if (state === undefined) return;
    const found = box.querySelector(on);
    if (found === null) throw new Error(`nothing there is ${on}`);
    found.classList.add(`is-${state}`);
  };
