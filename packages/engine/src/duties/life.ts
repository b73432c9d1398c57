/** How long running work may take to end when everything stops. */
export interface Ending {
  graceMs: number
}

/** Something that lives as long as its engine: it is started once and stopped once. */
export interface Living {
  start(): void
  /** Resolves when nothing of it goes on. It may be asked again, with less grace, before that. */
  stop(ending: Ending): Promise<void>
}

/** Lives of their own that begin and end at the same time. */
export function together(parts: readonly Living[]): Living {
  return {
    start() {
      for (const part of parts) part.start()
    },
    async stop(ending) {
      await Promise.all(parts.map((part) => part.stop(ending)))
    },
  }
}

/** Something that needs no start. */
export function ending(stop: (ending: Ending) => unknown): Living {
  return {
    start() {},
    async stop(how) {
      await stop(how)
    },
  }
}

/**
 * One life of many: begun in order, ended in reverse order. Who asks again for the end hastens it: the part that is ending
 * is asked again, and those that are still to end know of the shorter grace only.
 */
export function createLife(parts: readonly Living[]): Living {
  let started = 0
  let stopping: Promise<void> | null = null
  let wanted: Ending = { graceMs: 0 }

  async function stopAll() {
    while (started > 0) {
      const part = parts[started - 1]!
      await part.stop(wanted)
      started--
    }
  }

  return {
    start() {
      if (stopping !== null) return
      while (started < parts.length) parts[started++]!.start()
    },
    stop(how) {
      wanted = how
      if (stopping === null) stopping = stopAll()
      else void parts[started - 1]?.stop(how)
      return stopping
    },
  }
}
