// Loaded before a program: its clock runs ahead by PICTURES_OFFSET milliseconds.
import process from 'node:process';

const offset = Number(process.env.PICTURES_OFFSET ?? '0');
const Real = Date;

globalThis.Date = /** @type {DateConstructor} */ (
  /** @type {unknown} */ (
    class extends Real {
      /** @param {[]} given */
      constructor(...given) {
        // @ts-expect-error Date takes one to seven arguments or none; they are passed on as they came.
        super(...(given.length === 0 ? [Real.now() + offset] : given));
      }
      /** @override */
      static now() {
        return Real.now() + offset;
      }
    }
  )
);
