/** Frames as they came, and whoever waits for some of them. */
export class FrameQueue<Frame extends { kind: string }> {
  /** All that ever came. */
  readonly all: Frame[] = []
  #unread: Frame[] = []
  #waiters: { isWanted(frame: Frame): boolean; resolve(frame: Frame): void }[] = []
  #ended: Error | null = null
  #rejects: ((error: Error) => void)[] = []

  push(frame: Frame): void {
    this.all.push(frame)
    const waiter = this.#waiters.find(({ isWanted }) => isWanted(frame))
    if (waiter === undefined) this.#unread.push(frame)
    else {
      this.#waiters = this.#waiters.filter((each) => each !== waiter)
      waiter.resolve(frame)
    }
  }

  /** The first unread frame that `isWanted`, now or when it comes; those before it stay unread. */
  next<Wanted extends Frame>(isWanted: (frame: Frame) => frame is Wanted): Promise<Wanted>
  next(isWanted: (frame: Frame) => boolean): Promise<Frame>
  next(isWanted: (frame: Frame) => boolean): Promise<Frame> {
    const at = this.#unread.findIndex(isWanted)
    if (at >= 0) return Promise.resolve(this.#unread.splice(at, 1)[0]!)
    if (this.#ended !== null) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#waiters.push({ isWanted, resolve })
      this.#rejects.push(reject)
    })
  }

  of<Kind extends Frame['kind']>(kind: Kind): Promise<Extract<Frame, { kind: Kind }>> {
    return this.next((frame): frame is Extract<Frame, { kind: Kind }> => frame.kind === kind)
  }

  /** Nothing comes any more: whoever waits learns it. */
  end(why: string): void {
    this.#ended = new Error(why)
    for (const reject of this.#rejects.splice(0)) reject(this.#ended)
  }
}
