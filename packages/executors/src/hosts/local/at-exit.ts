const tasks = new Set<() => void>()

/** Calls something when this process ends by itself, however many ask for it. */
export function atExit(task: () => void): void {
  if (tasks.size === 0) {
    process.once('exit', () => {
      for (const each of tasks) each()
    })
  }
  tasks.add(task)
}
