import { invalid } from '../errors.ts'
import { say } from '../language/say.ts'

/** What is asked of one label. `not_in` is met by a node without the label as well, as in Kubernetes. */
export interface Requirement {
  key: string
  operator: 'in' | 'not_in' | 'exists' | 'absent'
  /** Of `in` and `not_in`. */
  values: ReadonlySet<string>
}

/** What is asked of the labels of a node; all of it. */
export type Selector = readonly Requirement[]

const MOST_SELECTOR = 2_000
const MOST_REQUIREMENTS = 50
const NO_VALUES: ReadonlySet<string> = new Set()

/** A key or a value, from where the reader stands. */
const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_./:@+-]*/uy
const BLANKS = /\s*/y

/**
 * Reads a label selector: `zone=a, tier!=test, disk in (ssd, nvme), disk notin (hdd), gpu, !spot`. Blanks count for
 * nothing; an empty text asks for nothing. Time grows with its length. Throws RotaError `invalid` with the position.
 */
export function parseSelector(text: string, path = 'selector'): Selector {
  if (text.length > MOST_SELECTOR) {
    throw invalid([{ path, message: say`is longer than ${MOST_SELECTOR} characters.` }])
  }
  const reader = new SelectorReader(text, path)
  const requirements: Requirement[] = []
  if (reader.isAtEnd) return requirements
  do {
    if (requirements.length === MOST_REQUIREMENTS) reader.fail(say`asks for more than ${MOST_REQUIREMENTS} things.`)
    requirements.push(reader.requirement())
  } while (reader.takes(','))
  if (!reader.isAtEnd) reader.fail(say`has ${reader.next} where a comma or the end was expected.`)
  return requirements
}

/** The first requirement that the labels do not meet; null when they meet all. */
export function unmet(selector: Selector, labels: Readonly<Record<string, string>>): Requirement | null {
  for (const requirement of selector) if (!isMet(requirement, labels)) return requirement
  return null
}

export function matchesSelector(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return unmet(selector, labels) === null
}

/** As it would be written. */
export function requirementText({ key, operator, values }: Requirement): string {
  if (operator === 'exists') return key
  if (operator === 'absent') return `!${key}`
  const [first, ...others] = values
  if (others.length === 0) return `${key}${operator === 'in' ? '=' : '!='}${first}`
  return `${key} ${operator === 'in' ? 'in' : 'notin'} (${[...values].join(', ')})`
}

function isMet({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key]! : null
  switch (operator) {
    case 'exists':
      return value !== null
    case 'absent':
      return value === null
    case 'in':
      return value !== null && values.has(value)
    case 'not_in':
      return value === null || !values.has(value)
  }
}

class SelectorReader {
  readonly #text: string
  readonly #path: string
  #at = 0

  constructor(text: string, path: string) {
    this.#text = text
    this.#path = path
    this.#skipBlanks()
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** The character that comes next, for people. */
  get next(): string {
    return String.fromCodePoint(this.#text.codePointAt(this.#at)!)
  }

  requirement(): Requirement {
    if (this.takes('!')) return { key: this.#word(say`the name of a label`), operator: 'absent', values: NO_VALUES }
    const key = this.#word(say`the name of a label`)
    if (this.takes('!=')) return { key, operator: 'not_in', values: this.#value() }
    if (this.takes('==') || this.takes('=')) return { key, operator: 'in', values: this.#value() }
    if (this.isAtEnd || this.next === ',') return { key, operator: 'exists', values: NO_VALUES }
    const at = this.#at
    const operator = this.#word(say`one of = != in notin`)
    if (operator === 'in') return { key, operator: 'in', values: this.#values() }
    if (operator === 'notin') return { key, operator: 'not_in', values: this.#values() }
    this.#at = at
    return this.fail(say`has ${operator} where one of = != in notin was expected.`)
  }

  takes(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false
    this.#at += mark.length
    this.#skipBlanks()
    return true
  }

  fail(message: string): never {
    throw invalid([{ path: this.#path, message, position: this.#at }])
  }

  #value(): ReadonlySet<string> {
    return new Set([this.#word(say`a value`)])
  }

  #values(): ReadonlySet<string> {
    if (!this.takes('(')) this.fail(say`needs values in brackets here: (a, b).`)
    const values = new Set<string>()
    do values.add(this.#word(say`a value`))
    while (this.takes(','))
    if (!this.takes(')')) this.fail(say`has a bracket that is not closed.`)
    return values
  }

  #word(what: string): string {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0]
    if (word === undefined) {
      return this.fail(
        this.isAtEnd ? say`ends where ${what} was expected.` : say`has ${this.next} where ${what} was expected.`,
      )
    }
    this.#at += word.length
    this.#skipBlanks()
    return word
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at
    this.#at += BLANKS.exec(this.#text)![0].length
  }
}
