import type * as full from './words.ts'

/** In `words.ts`'s place where every byte is a visitor's: nobody reads there what an administrator could have done better. */
export const problemWords: typeof full.problemWords = () => ''
