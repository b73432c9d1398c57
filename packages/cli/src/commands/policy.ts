import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { label, say } from '@rota/core'
import type { Policy, PolicyInput } from '@rota/sdk'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { parseDocuments } from '../document/task-file.ts'
import { exitCode, usage } from '../exit.ts'
import { type Column, table } from '../output/table.ts'

export async function policyList(context: Context, _args: string[], { limit }: { limit?: string }): Promise<undefined> {
  const all = await (await context.client()).policies.list()
  const policies = all.slice(0, limitOf(limit, 1_000))
  if (context.flags.json) {
    context.json({ policies })
    return
  }
  const { paint, width } = context
  const columns: Column<Policy>[] = [
    { title: label('NAME'), value: ({ name }) => name, colour: (text) => paint('bold', text) },
    { title: label('STATE'), value: ({ enabled }) => (enabled ? label('in force') : label('off')) },
    { title: label('FOR'), value: whomItIsFor, shrink: true },
    { title: label('LIMITS'), value: whatItLimits, shrink: true },
    { title: label('DESCRIPTION'), value: ({ description }) => description, shrink: true, drop: 1 },
  ]
  context.out(table(policies, columns, paint, width))
}

function whomItIsFor({ applies_to: { groups, roles, user_groups } }: Policy): string {
  const all = [...groups.map((group) => `${group}/`), ...roles, ...user_groups]
  return all.length === 0 ? label('everybody and everything') : all.join(', ')
}

/** The names of the rules that say something. */
function whatItLimits({ rules }: Policy): string {
  const { types, interpreters, run_as, working_dirs, limits, network, commands, requires_approval } = rules
  const saying = {
    types: types !== null,
    interpreters: interpreters !== null,
    run_as: run_as.users !== null || run_as.default !== null || run_as.not_server,
    working_dirs: working_dirs !== null,
    limits: Object.values(limits).some((most) => most !== null),
    network: network.allow !== null || network.deny.length > 0,
    commands: commands.allow !== null || commands.deny.length > 0,
    requires_approval,
  }
  const names = Object.entries(saying).filter(([, says]) => says)
  return names.map(([name]) => name).join(', ')
}

export async function policyShow(context: Context, [name]: string[]): Promise<undefined> {
  const policy = await (await context.client()).policies.get(name!)
  if (context.flags.json) {
    context.json(policy)
    return
  }
  const { stringify } = await import('yaml')
  context.out(stringify(writable(policy)).trimEnd())
}

/** What can be written back. */
function writable({ name, description, enabled, applies_to, rules }: Policy) {
  return { name, description, enabled, applies_to, rules }
}

export async function policySet(context: Context, [file]: string[]): Promise<undefined> {
  const { name, ...input } = await policyIn(context, file!)
  const policy = await (await context.client()).policies.set(name!, input)
  if (context.flags.json) context.json(policy)
  else
    context.say(
      `${context.paint('green', '✔')} ${say`The policy ${policy.name} is in force, version ${policy.version}.`}`,
    )
}

/** The policy of a file; what it must have the server says. Throws usage. */
async function policyIn(context: Context, file: string): Promise<PolicyInput> {
  const where = file === '-' ? 'stdin' : file
  const text = file === '-' ? await context.readStdin() : await readFile(resolve(context.cwd, file), 'utf8')
  const [document, ...others] = await parseDocuments(text, where)
  const isPolicy = typeof document === 'object' && document !== null && 'name' in document && 'rules' in document
  if (!isPolicy || others.length > 0) throw usage(say`${where} must hold one policy: an object with name and rules.`)
  return document as PolicyInput
}

export async function policyDelete(context: Context, [name]: string[], { yes }: { yes?: boolean }): Promise<undefined> {
  const client = await context.client()
  if (!yes) await confirm(context, say`Delete the policy ${name!}?`)
  await client.policies.remove(name!)
  if (context.flags.json) context.json({ deleted: [name] })
  else context.say(`${context.paint('green', '✔')} ${name} ${label('deleted')}`)
}

export async function policyCheck(context: Context, [file]: string[]): Promise<number> {
  const policy = file === undefined ? undefined : await policyIn(context, file)
  const found = await (await context.client()).policies.check(policy)
  const { checked, violating, tasks } = found
  if (context.flags.json) context.json(found)
  else {
    for (const { name, violations } of tasks) {
      context.out(context.paint('bold', name))
      for (const { path, message } of violations) context.out(`  ${path}${label(': ')}${message}`)
    }
    context.say(say`${violating} of ${checked} tasks do not comply.`)
  }
  return violating === 0 ? 0 : exitCode('partial')
}
