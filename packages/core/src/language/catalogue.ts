import { type Template, templateOf } from './template.ts'
import { CHINESE, CHINESE_LABELS, CHINESE_WORDS } from './zh/index.ts'

/** A sentence with gaps in both languages. */
export interface Entry {
  english: Template
  chinese: Template
  /** Its own text says next to nothing, as in `{0}: {1}`: it is meant only where a gap holds a sentence or word. */
  isGlue: boolean
  /** Glue between sentences, as in `{0}; {1}`: it is meant only where every gap holds one, and then before all else. */
  isList: boolean
}

/** Characters by which templates are told apart before they are matched. */
const KEY_LENGTH = 4
/** Templates with fewer letters than this are glue. */
const FEWEST_LETTERS = 5

let byStart: Map<string, Entry[]> | undefined
let byEnd: Map<string, Entry[]>
/** Those with little text at both ends, to be matched against everything. */
let others: Entry[]

/** Every entry that may have made `text`, the most literal first. */
export function entriesFor(text: string): readonly Entry[] {
  byStart ??= index()
  const starts = byStart.get(text.slice(0, KEY_LENGTH)) ?? []
  const ends = byEnd.get(text.slice(-KEY_LENGTH)) ?? []
  return [...starts, ...ends, ...others].toSorted(byRank)
}

function byRank(a: Entry, b: Entry): number {
  return Number(b.isList) - Number(a.isList) || b.english.literal - a.english.literal
}

/** The Chinese of a template, where there is one. */
export function chineseOf(template: string): string | undefined {
  return Object.hasOwn(CHINESE, template) ? CHINESE[template] : undefined
}

/** The Chinese of a word that stands in a gap of a sentence, where it is a word of ours. */
export function chineseWord(word: string): string | undefined {
  return Object.hasOwn(CHINESE_WORDS, word) ? CHINESE_WORDS[word] : undefined
}

/** The Chinese of a label, state, unit or heading of the command. */
export function chineseLabel(text: string): string | undefined {
  return Object.hasOwn(CHINESE_LABELS, text) ? CHINESE_LABELS[text] : undefined
}

function index(): Map<string, Entry[]> {
  const starts = new Map<string, Entry[]>()
  byEnd = new Map()
  others = []
  for (const [key, said] of Object.entries(CHINESE)) {
    const english = templateOf(key)
    if (english.gaps.length === 0) continue
    const letters = english.pieces.join('').replaceAll(/[^A-Za-z]/g, '').length
    const chinese = templateOf(said)
    const isGlue = letters < FEWEST_LETTERS
    const isList = isGlue && english.gaps.length > 1 && chinese.spoken.size === english.gaps.length
    const entry = { english, chinese, isGlue, isList }
    const first = english.pieces[0]!
    const last = english.pieces.at(-1)!
    if (first.length >= KEY_LENGTH) put(starts, first.slice(0, KEY_LENGTH), entry)
    else if (last.length >= KEY_LENGTH) put(byEnd, last.slice(-KEY_LENGTH), entry)
    else others.push(entry)
  }
  return starts
}

function put(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const there = map.get(key)
  if (there === undefined) map.set(key, [entry])
  else there.push(entry)
}
