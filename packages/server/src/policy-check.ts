import {
  applying,
  type Bearer,
  type Caller,
  PAYLOAD_FIELDS,
  type Policy,
  type PolicyMachine,
  readTask,
  subjectOf,
  type TaskInput,
  type TaskView,
  tenantOf,
  violationsOf,
  wholeReach,
  wholeRules,
} from '@rota/core'
import type { Engine } from '@rota/engine'
import type { PolicyInput } from './policies.ts'
import type { Services } from './services.ts'

/** Tasks that are looked at between two looks of the loop at its own work. */
const TASKS_AT_ONCE = 200
const MOST_TOLD = 200

type Parts = Pick<Services, 'engine' | 'policyBook' | 'policyMachine'>

/**
 * Which tasks do not comply: with a policy as it would be, whoever saved them, or with those in force when nobody but a
 * schedule starts them. Tasks that are switched off are left out.
 */
export async function checkPolicies(parts: Parts, caller: Caller, draft: (PolicyInput & { name: string }) | undefined) {
  const { engine, policyBook, policyMachine: machine } = parts
  const policies = draft === undefined ? policyBook.current : [draftOf(draft, tenantOf(caller.scope))]
  const by: Bearer | null = draft === undefined ? null : bearerOf(policies[0]!)
  let checked = 0
  let violating = 0
  const tasks: Told[] = []
  for await (const views of pages(engine, caller)) {
    for (const view of views) {
      checked++
      const told = judge(view, { policies, by, machine })
      if (told === null) continue
      violating++
      if (tasks.length < MOST_TOLD) tasks.push(told)
    }
  }
  return { checked, violating, tasks }
}

type Told = Exclude<ReturnType<typeof judge>, null>

interface Measure {
  policies: readonly Policy[]
  by: Bearer | null
  machine: PolicyMachine
}

function judge(view: TaskView, { policies, by, machine }: Measure) {
  const { id, name } = view
  const group = view.group ?? null
  const holding = applying(policies, { tenantId: view.tenant_id ?? null, group }, by)
  if (holding.length === 0) return null
  const subject = subjectOf(readTask(judgedPart(view), { defaultTimezone: 'UTC' }))
  const violations = violationsOf(subject, holding, machine).map(({ path, code, policy, message }) => {
    return { path, code, policy, message }
  })
  return violations.length === 0 ? null : { id, name, group, violations }
}

const JUDGED = [
  ...(['name', 'type', ...PAYLOAD_FIELDS, 'params', 'env', 'working_dir', 'run_as'] as const),
  ...(['timeout_seconds', 'limits', 'retry', 'concurrency'] as const),
]

/** Of a task what policies ask for; the rest need not be read. */
function judgedPart(view: TaskView): TaskInput {
  const fields = JUDGED.flatMap((name) => (view[name] === undefined ? [] : [[name, view[name]] as const]))
  return Object.fromEntries(fields) as unknown as TaskInput
}

function draftOf(
  { name, enabled = true, applies_to = {}, rules }: PolicyInput & { name: string },
  tenantId: string | null,
): Policy {
  const whole = wholeRules(rules)
  const allow = whole.commands.allow?.map(({ command, args = [], reason = '' }) => ({ command, args, reason })) ?? null
  return {
    name,
    tenantId,
    enabled,
    applies_to: wholeReach(applies_to),
    rules: { ...whole, commands: { ...whole.commands, allow } },
  }
}

/** Somebody for whom the policy holds. */
const bearerOf = ({ applies_to: { roles, user_groups: userGroups } }: Policy): Bearer => ({ roles, userGroups })

async function* pages(engine: Engine, caller: Caller): AsyncGenerator<TaskView[]> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<Engine['tasks']['list']>> = await engine.tasks.list(caller, {
      limit: TASKS_AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    })
    yield page.rows.filter(({ enabled }) => enabled !== false)
    cursor = page.next_cursor
  }
}
