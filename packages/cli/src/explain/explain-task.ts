import { say } from '@rota/core'
import type { Task } from '@rota/sdk'
import { shellWord } from '../session/find-task.ts'
import type { Account, Telling } from './account.ts'

/** Why a task runs or does not: its state, and what it waits for. */
export function explainTask(task: Task, at: Telling): Account {
  const name = shellWord(task.name)
  switch (task.status) {
    case 'disabled':
      return {
        sentences: [say`The task is disabled: it does not run on its schedule until somebody enables it.`],
        commands: [[`rota task enable ${name}`, 'puts it on its schedule again']],
      }
    case 'paused':
      return {
        sentences: [
          task.paused_at
            ? say`The task has been paused since ${at(task.paused_at)}; what falls due meanwhile is recorded as skipped.`
            : say`The task is paused; what falls due meanwhile is recorded as skipped.`,
        ],
        commands: [[`rota task resume ${name}`, 'lets it go on']],
      }
    case 'finished':
      return {
        sentences: [
          say`The task has finished: its schedule holds no further instant, or it has run as often as it may.`,
        ],
        commands: [[`rota task edit ${name}`, 'changes its schedule or its limit of runs']],
      }
    case 'deleted':
      return {
        sentences: [say`The task is deleted.`],
        commands: [[`rota task restore ${name}`, 'brings it back']],
      }
    default:
      return whenNext(task, at, name)
  }
}

function whenNext({ next_run, run_at_start, run_at_boot }: Task, at: Telling, name: string): Account {
  const runNow = [`rota task run ${name}`, 'runs it now'] as const
  if (next_run) return { sentences: [say`The task runs next at ${at(next_run)}.`], commands: [] }
  if (run_at_boot) return { sentences: [say`The task runs once per boot of the machine.`], commands: [runNow] }
  if (run_at_start) return { sentences: [say`The task runs when the server starts.`], commands: [runNow] }
  return {
    sentences: [say`The task has no schedule: it runs when somebody starts it.`],
    commands: [runNow, [`rota task edit ${name} --daily 02:00`, 'gives it a schedule, for example']],
  }
}
