import { type Caller, type Clock, invalid, RotaError, type TaskInput } from '@rota/core'
import type { Engine } from '@rota/engine'
import { parse, type taskImportBody, type taskImportReply, taskInput } from '@rota/protocol'
import type { z } from 'zod'
import { inSlices } from './in-slices.ts'

type Reply = z.output<typeof taskImportReply>
type Result = Reply['results'][number]

interface ImportOptions {
  engine: Engine
  caller: Caller
  clock: Clock
}

/** Makes tasks of documents, all that can be made; says of each what became of it. The event loop stays free. */
export async function importTasks(
  { tasks: documents, dry_run: isDry = false }: z.output<typeof taskImportBody>,
  { engine, caller, clock }: ImportOptions,
): Promise<Reply> {
  const read = await inSlices(reading(documents), clock)
  const good = read.filter((one) => !RotaError.is(one)) as TaskInput[]
  const verdicts = (await engine.tasks.createMany(caller, good, { dryRun: isDry })).values()
  const results = read.map((one, at) => {
    if (RotaError.is(one)) return resultOf(nameOf(documents[at]), null, one)
    const { id, refusal } = verdicts.next().value!
    return resultOf(one.name, id, refusal)
  })
  const imported = results.filter(({ ok }) => ok).length
  return { dry_run: isDry, imported, refused: results.length - imported, results }
}

/** Each document, or what is wrong with it. */
function* reading(documents: readonly unknown[]): Generator<void, (TaskInput | RotaError)[]> {
  const read: (TaskInput | RotaError)[] = []
  for (const document of documents) {
    yield
    try {
      read.push(parse(taskInput, document) as TaskInput)
    } catch (error) {
      if (!RotaError.is(error)) throw error
      read.push(error.code === 'invalid' ? error : invalid([...error.errors]))
    }
  }
  return read
}

function resultOf(name: string | null, id: string | null, refusal: RotaError | null): Result {
  const { code = null, message: error = null, errors = [] } = refusal ?? {}
  return { name, id, ok: refusal === null, code, error, errors: [...errors] }
}

/** As far as a document that cannot be read tells it. */
function nameOf(document: unknown): string | null {
  const { name } = (document ?? {}) as { name?: unknown }
  return typeof name === 'string' ? name : null
}
