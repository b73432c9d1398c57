import i18next from 'i18next'
import { toProblem } from '../api/problem.ts'

/** A failed action, told in passing; for actions that have no place of their own on the page. */
export function notifyProblem(error: unknown): void {
  const problem = toProblem(error)
  const message = problem.isOffline ? i18next.t('problem.offline') : problem.message
  void import('@mantine/notifications').then(({ notifications }) =>
    notifications.show({ color: 'red', title: i18next.t('problem.title'), message }),
  )
}
