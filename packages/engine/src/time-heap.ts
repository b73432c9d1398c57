/** A binary min-heap ordered by a number: for timers (by instant) and for waiting work (by rank). */
export class NumberHeap<T> {
  readonly #keys: number[] = []
  readonly #items: T[] = []

  get size(): number {
    return this.#items.length
  }

  /** The smallest key, or Infinity when empty. */
  get firstKey(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY
  }

  push(key: number, item: T): void {
    const keys = this.#keys
    const items = this.#items
    let at = items.length
    keys.push(key)
    items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (keys[parent]! <= key) break
      keys[at] = keys[parent]!
      items[at] = items[parent]!
      at = parent
    }
    keys[at] = key
    items[at] = item
  }

  /** Removes and answers the item with the smallest key. */
  pop(): T | undefined {
    const keys = this.#keys
    const items = this.#items
    const top = items[0]
    const lastKey = keys.pop()
    const last = items.pop()
    if (items.length === 0 || lastKey === undefined) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && keys[child + 1]! < keys[child]!) child++
      if (keys[child]! >= lastKey) break
      keys[at] = keys[child]!
      items[at] = items[child]!
      at = child
    }
    keys[at] = lastKey
    items[at] = last as T
    return top
  }
}
