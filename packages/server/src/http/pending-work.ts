/** Handlers under way. A caller that hangs up does not end them, so the server waits before it closes the store. */
export class PendingWork {
  #count = 0
  #onEmpty: (() => void)[] = []

  begin(): void {
    this.#count++
  }

  end(): void {
    this.#count--
    if (this.#count === 0) for (const resolve of this.#onEmpty.splice(0)) resolve()
  }

  drained(): Promise<void> {
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onEmpty.push(resolve))
  }
}
