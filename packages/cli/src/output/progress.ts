import type { Context } from '../context.ts'

/** Shows how far long work has come, on stderr and only on a terminal. */
export interface Progress {
  /** `done` from 0 to 1. */
  set(done: number, text: string): void
  end(): void
}

const BAR_WIDTH = 24
const SILENT: Progress = { set: () => {}, end: () => {} }

/** A bar after a spinner; nothing at all when stderr is no terminal, or with --quiet or --json. */
export async function startProgress(context: Context, title: string): Promise<Progress> {
  if (!context.errIsTty || context.flags.quiet || context.flags.json) return SILENT
  const { default: ora } = await import('ora')
  const spinner = ora({ text: title, stream: process.stderr, discardStdin: false }).start()
  return {
    set(done, text) {
      const filled = Math.round(Math.min(1, Math.max(0, done)) * BAR_WIDTH)
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
      spinner.text = `${title} ${bar} ${String(Math.round(done * 100)).padStart(3)} % ${text}`
    },
    end: () => void spinner.stop(),
  }
}
