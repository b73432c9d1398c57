import type { Executions } from '../../api/executions.ts'
import type { UseCaseContext } from '../context.ts'
import { createEnding } from './end.ts'
import { createExecutionDesk } from './execution-desk.ts'
import { createReading } from './read.ts'
import { createRerun, type RerunParts } from './rerun.ts'
import { createSubmission } from './submit.ts'

/** Everything people do with executions and jobs without a task. */
export function createExecutions(context: UseCaseContext, runTask: RerunParts['runTask']): Executions {
  const desk = createExecutionDesk(context)
  const submission = createSubmission(context, desk)
  return {
    ...submission,
    ...createReading(context, desk),
    ...createEnding(context, desk),
    ...createRerun(context, desk, { submit: submission.submit, runTask }),
  }
}
