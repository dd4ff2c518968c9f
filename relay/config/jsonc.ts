/** JSON with `//` and block comments: what an operator writes by hand wants to be explained in place. */

/** The text with every comment replaced by spaces, so that positions in error messages stay true. */
export const withoutComments = (text: string): string => {
  // Strings come first in the alternation: comment marks inside them are text.
  const parts = /"(?:\\.|[^"\\])*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
  return text.replace(parts, (part) => (part.startsWith('"') ? part : part.replace(/[^\n]/g, ' ')));
};
