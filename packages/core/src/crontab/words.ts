/** A word of a line and where it begins (zero-based). */
export interface Word {
  text: string
  start: number
}

/** A line's words as cron reads them: parted by spaces and tabs, and by nothing else. */
export class WordReader {
  readonly #line: string
  #at: number

  constructor(line: string, at = 0) {
    this.#line = line
    this.#at = at
    this.#skipBlanks()
  }

  /** The next word, or null at the end of the line. */
  next(): Word | null {
    const start = this.#at
    while (this.#at < this.#line.length && !isBlank(this.#line[this.#at]!)) this.#at++
    const text = this.#line.slice(start, this.#at)
    this.#skipBlanks()
    return text === '' ? null : { text, start }
  }

  /** The next `count` words, as many as there are, without taking them. */
  ahead(count: number): Word[] {
    const copy = new WordReader(this.#line, this.#at)
    const words: Word[] = []
    for (let word = copy.next(); word !== null && words.length < count; word = copy.next()) words.push(word)
    return words
  }

  /** Everything from here to the end of the line. */
  rest(): Word {
    return { text: this.#line.slice(this.#at), start: this.#at }
  }

  #skipBlanks() {
    while (this.#at < this.#line.length && isBlank(this.#line[this.#at]!)) this.#at++
  }
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t'
}
