import type { HotParts } from '../ports/hot.ts'
import { createTailSender, type TailSenderOptions } from './tail-sender.ts'

export interface ListenerOptions extends Omit<TailSenderOptions, 'relay'> {
  hot: Pick<HotParts, 'hints' | 'tailRelay'>
  /** Told that there may be work to be started at an instant. */
  onWork: (runAt: number) => void
  /** Told that there may be something to stop. */
  onCancel: () => void
}

/** Hears what other instances tell, and sends them the output that they watch. */
export function createListener(options: ListenerOptions): { start(): void; stop(): void } {
  const { hot, onWork, onCancel, ...rest } = options
  const tailSender = createTailSender({ ...rest, relay: hot.tailRelay })
  let ignoreHints = () => {}
  return {
    start() {
      tailSender.start()
      ignoreHints = hot.hints.receive((hint) => {
        if (hint.kind === 'work') onWork(hint.runAt)
        // What was missed while nobody could be heard may have been of either kind.
        if (hint.kind === 'cancel' || hint.runAt === 0) onCancel()
      })
    },
    stop() {
      ignoreHints()
      tailSender.stop()
    },
  }
}
