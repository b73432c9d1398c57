import type { LogLine } from './executor.ts'

/** Bytes of the last output that an outcome carries. */
const OUTPUT_TAIL_BYTES = 16_384

/** Keeps the last {@link OUTPUT_TAIL_BYTES} of a run's output as text, for lists and notifications. */
export class OutputTail {
  #text = ''

  /** Adds lines; `system` lines are not output. */
  add(batch: readonly LogLine[]): void {
    let first = batch.length
    // Only the end of a large batch can matter.
    for (let length = 0; first > 0 && length < OUTPUT_TAIL_BYTES; first--) length += batch[first - 1]!.text.length + 1
    const start = first === 0 ? this.#text : ''
    let added = ''
    for (let index = first; index < batch.length; index++) {
      const line = batch[index]!
      if (line.stream !== 'system') added += `${line.text}\n`
    }
    this.#text = (start + added).slice(-OUTPUT_TAIL_BYTES)
  }

  /** The text, without half characters, at most {@link OUTPUT_TAIL_BYTES} bytes of UTF-8. */
  get text(): string {
    let text = this.#text
    const excess = Buffer.byteLength(text) - OUTPUT_TAIL_BYTES
    if (excess > 0)
      text = Buffer.from(text)
        .subarray(excess)
        .toString('utf8')
        .replace(/^\ufffd+/, '')
    return text.toWellFormed()
  }
}
