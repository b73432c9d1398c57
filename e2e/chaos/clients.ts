import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '@rota/testkit'
import type { Operation, OracleSchedule, TaskFacts } from '@rota/testkit/chronocheck'
import { type Cluster, eventually, type Member } from '@rota/testkit/cluster'

const WITHIN_MS = 10_000
const MOST_TRIES = 30
const CAUGHT_UP_WITHIN_MS = 120_000
const EXECUTIONS = '/api/scheduler/executions'
const TASKS = '/api/scheduler/tasks'

type Asked = Pick<Operation, 'kind' | 'subject'> & {
  method: string
  path: string
  body?: unknown
  headers?: Record<string, string>
}

/** People and programs that ask the servers for things all the while, and remember what they were told. */
export class Clients {
  readonly operations: Operation[] = []
  readonly #cluster: Cluster
  readonly #random: Random
  readonly #command: (name: string) => Record<string, unknown>
  #isOpen = true
  #jobs = 0
  #works: Promise<void>[] = []

  /** `command` makes the payload and environment of a job of that name. */
  constructor(cluster: Cluster, random: Random, command: (name: string) => Record<string, unknown>) {
    this.#cluster = cluster
    this.#random = random
    this.#command = command
  }

  /** Begins to ask: for jobs, for runs of `tasks`, and for changes of the last of them. */
  begin(tasks: readonly TaskFacts[], changing: readonly TaskFacts[]): void {
    this.#works = [
      this.#repeat(250, () => this.#submit()),
      this.#repeat(300, () => this.#submit()),
      this.#repeat(2_000, () => this.#run(this.#random.pick(tasks))),
      ...changing.map((task) => this.#repeat(3_000, () => this.#alter(task))),
    ]
  }

  /** Asks for nothing new, and waits for the answers. */
  async end(): Promise<void> {
    this.#isOpen = false
    await Promise.all(this.#works)
  }

  async #repeat(everyMs: number, act: () => Promise<void>) {
    while (this.#isOpen) {
      await act()
      await sleep(everyMs * (0.5 + this.#random.next()))
    }
  }

  /** A job with an idempotency key: who hears nothing asks again, anybody, until it is known. */
  async #submit() {
    const name = `job-${++this.#jobs}`
    const isLater = this.#random.chance(0.15)
    const body = {
      ...this.#command(name),
      name,
      ...(isLater && { run_at: new Date(Date.now() + this.#random.int(1_000, 8_000)).toISOString() }),
    }
    const headers = { 'idempotency-key': name }
    const made = await this.#insist({ kind: 'submit', subject: name, method: 'POST', path: EXECUTIONS, body, headers })
    if (made?.answered == null || !isLater || this.#random.chance(0.4)) return
    await sleep(this.#random.int(0, 3_000))
    const path = `${EXECUTIONS}/${made.answered}/cancel`
    await this.#ask({ kind: 'cancel', subject: made.answered, method: 'POST', path })
  }

  async #run(task: TaskFacts) {
    await this.#ask({ kind: 'run', subject: task.id, method: 'POST', path: `${TASKS}/${task.id}/run`, body: {} })
  }

  /** Pauses and resumes it, or changes its schedule. */
  async #alter(task: TaskFacts) {
    const now = task.definitions.at(-1)!
    const post = (kind: 'pause' | 'resume') => ({ kind, method: 'POST', path: `${TASKS}/${task.id}/${kind}` }) as const
    if (now.isPaused === true) return this.#redefine(task, post('resume'), now.schedule, false)
    if (this.#random.chance(0.5)) return this.#redefine(task, post('pause'), now.schedule, true)
    const every = this.#random.pick([1, 2, 3])
    const schedule: OracleSchedule = { kind: 'fields', fields: `*/${every} * * * * *` }
    const body = { schedule: schedule.fields }
    await this.#redefine(task, { kind: 'change', method: 'PATCH', path: `${TASKS}/${task.id}`, body }, schedule, false)
  }

  async #redefine(
    task: TaskFacts,
    asked: Omit<Asked, 'subject'>,
    schedule: OracleSchedule | null,
    isPaused: boolean,
  ): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const member = this.#random.pick(this.#cluster.members)
      const { at, outcome } = await this.#ask({ ...asked, subject: task.id }, member)
      if (outcome === 'refused') return
      // Who did not answer may still do it, long after another has been asked.
      if (outcome === 'unknown') await this.#hasCaughtUp(member, task)
      const since = { from: at.from, to: outcome === 'ok' ? at.to : Date.now() }
      task.definitions.push({ schedule, isPaused, since, isCertain: outcome === 'ok' })
      if (outcome === 'ok') return
      await sleep(this.#random.int(200, 2_000))
    }
  }

  /** Waits until a member has answered what it was asked before, or is no more. */
  async #hasCaughtUp({ server }: Member, task: TaskFacts) {
    const isThrough = async () => {
      if (!server.isRunning) return true
      const reply = await server.api('GET', `${TASKS}/${task.id}`, undefined, { withinMs: WITHIN_MS }).catch(() => null)
      if (reply?.status === 200) return true
      await sleep(200)
      return false
    }
    await eventually('answer to what was asked before', CAUGHT_UP_WITHIN_MS, isThrough)
  }

  /** Asks until there is an answer that tells; each request is remembered. Null when there never is one. */
  async #insist(asked: Asked): Promise<Operation | null> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const operation = await this.#ask(asked)
      if (operation.outcome !== 'unknown') return operation
      await sleep(this.#random.int(200, 2_000))
    }
    return null
  }

  async #ask(
    { kind, subject, method, path, body, headers = {} }: Asked,
    { server }: Member = this.#random.pick(this.#cluster.members),
  ): Promise<Operation> {
    const from = Date.now()
    const operation: Operation = {
      kind,
      subject,
      at: { from, to: from },
      outcome: 'unknown',
      answered: null,
      status: null,
    }
    try {
      const options = { headers, withinMs: WITHIN_MS }
      type Answer = { id?: string; execution_id?: string; status?: string }
      const reply = await server.api<Answer | null>(method, path, body, options)
      if (reply.status < 300) operation.outcome = 'ok'
      else if (reply.status < 500) operation.outcome = 'refused'
      operation.answered = reply.body?.execution_id ?? reply.body?.id ?? null
      operation.status = reply.body?.status ?? null
    } catch {
      // Nobody knows.
    }
    operation.at.to = Date.now()
    this.operations.push(operation)
    return operation
  }
}
