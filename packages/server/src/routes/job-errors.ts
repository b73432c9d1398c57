import { type FieldError, invalid, notFound, RotaError, say } from '@rota/core'

/** How fields of a task are called here. */
const JOB_FIELDS: [RegExp, string][] = [
  [/^handler$|^payload\.handler$/, 'func'],
  [/^schedule\.expression$|^schedule$/, 'cron_expression'],
  [/^schedule\.(every|unit)$/, 'interval_seconds'],
  [/^schedule\.at$/, 'run_date'],
  [/^params\.(args|kwargs)/, '$1'],
  [/^concurrency\.max$/, 'max_instances'],
  [/^misfire\.grace_seconds$/, 'misfire_grace_time'],
]

/** Sentences that name a field or a thing of another API, and what is said here. */
const JOB_SENTENCES: [RegExp, (...found: string[]) => string][] = [
  [/^There is no task (.*)\.$/, (id) => notFound('job', id).message],
  [
    /^(There is no handler .*)$/s,
    (sentence) =>
      say`${sentence} To add one, export it from the module that handlers.module names, and restart the server.`,
  ],
  [/^every must be a whole number of at least 1\.$/, () => say`interval_seconds must be a whole number of at least 1.`],
  [/^at (must be an instant in ISO 8601: .*)$/, (rest) => `run_date ${rest}`],
  [/^is empty\. Give the task a name\.$/, () => say`is empty. Give the job a name.`],
  [/^is taken by another task$/, () => say`is taken by another job`],
  [
    /^A task of this name exists already\. Choose another name\.$/,
    () => say`A job of this name exists already. Choose another name.`,
  ],
  [
    /^The task runs already \((.*)\) and its overlap policy /,
    (holders) => say`The job runs already (${holders}), so that this run would be skipped. Wait until it has ended.`,
  ],
]

/** Runs a use-case of tasks, and says its errors as callers of this API know things: fields and sentences. */
export async function inJobWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!RotaError.is(error) || error.code === 'approval_pending') throw error
    const errors = error.errors.map(inWordsOfJobs)
    // The message of invalid content is made of its errors.
    if (error.code === 'invalid' && errors.length > 0) throw invalid(errors)
    throw new RotaError(error.code, sentenceOf(error.message), errors)
  }
}

function inWordsOfJobs(error: FieldError): FieldError {
  const [pattern, name] = JOB_FIELDS.find(([candidate]) => candidate.test(error.path)) ?? []
  const path = pattern === undefined ? error.path : error.path.replace(pattern, name!)
  return { ...error, path, message: sentenceOf(error.message) }
}

function sentenceOf(message: string): string {
  for (const [pattern, inWords] of JOB_SENTENCES) {
    const found = pattern.exec(message)
    if (found !== null) return inWords(...found.slice(1))
  }
  return message
}
