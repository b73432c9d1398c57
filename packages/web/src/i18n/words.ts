import type en from './en/index.ts'

/** The same keys as the English words, with any text: a language that misses one does not compile. */
export type SameKeys<T> = { [Key in keyof T]: T[Key] extends string ? string : SameKeys<T[Key]> }

/** Every word of one language; the English ones are what others follow. */
export type English = typeof en
export type Words = SameKeys<English>

/** What places are called. */
export type PlaceWord = `nav.${keyof English['nav']}`
