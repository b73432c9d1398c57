/**
 * A binary min-heap ordered by a number: for timers (by instant) and for waiting work (by rank). What has the same key
 * comes out in the order in which it went in.
 */
export class NumberHeap<T> {
  readonly #keys: number[] = []
  /** When each went in. */
  readonly #turns: number[] = []
  readonly #items: T[] = []
  #turn = 0

  get size(): number {
    return this.#items.length
  }

  /** The smallest key, or Infinity when empty. */
  get firstKey(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY
  }

  push(key: number, item: T): void {
    const at = this.#items.length
    const turn = this.#turn++
    this.#keys.push(key)
    this.#turns.push(turn)
    this.#items.push(item)
    // Nothing that has the same key went in later.
    let hole = at
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (this.#keys[parent]! <= key) break
      this.#move(parent, hole)
      hole = parent
    }
    this.#set(hole, key, turn, item)
  }

  /** Removes and answers the item with the smallest key. */
  pop(): T | undefined {
    const top = this.#items[0]
    const key = this.#keys.pop()
    const turn = this.#turns.pop()!
    const last = this.#items.pop()
    const size = this.#items.length
    if (size === 0 || key === undefined) return top
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= size) break
      if (child + 1 < size && this.#isBefore(child + 1, this.#keys[child]!, this.#turns[child]!)) child++
      if (!this.#isBefore(child, key, turn)) break
      this.#move(child, hole)
      hole = child
    }
    this.#set(hole, key, turn, last as T)
    return top
  }

  #isBefore(at: number, key: number, turn: number): boolean {
    const own = this.#keys[at]!
    return own < key || (own === key && this.#turns[at]! < turn)
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#keys[from]!, this.#turns[from]!, this.#items[from]!)
  }

  #set(at: number, key: number, turn: number, item: T): void {
    this.#keys[at] = key
    this.#turns[at] = turn
    this.#items[at] = item
  }
}
