import type { HotParts } from '../ports/hot.ts'
import type { Signals } from './signals.ts'
import { createTailSender, type TailSenderOptions } from './tail-sender.ts'

export interface ListenerOptions extends Omit<TailSenderOptions, 'relay'> {
  hot: Pick<HotParts, 'hints' | 'tailRelay'>
  /** What others hint at. */
  signals: Pick<Signals, 'addedFrom' | 'stopHere'>
}

/** Hears what other instances tell, and sends them the output that they watch. */
export function createListener(options: ListenerOptions): { start(): void; stop(): void } {
  const { hot, signals, ...rest } = options
  const tailSender = createTailSender({ ...rest, relay: hot.tailRelay })
  let ignoreHints = () => {}
  return {
    start() {
      tailSender.start()
      ignoreHints = hot.hints.receive((hint) => {
        if (hint.kind === 'work') signals.addedFrom.tell({ runAt: hint.runAt })
        // What was missed while nobody could be heard may have been of either kind.
        if (hint.kind === 'cancel' || hint.runAt === 0) signals.stopHere.tell()
      })
    },
    stop() {
      ignoreHints()
      tailSender.stop()
    },
  }
}
