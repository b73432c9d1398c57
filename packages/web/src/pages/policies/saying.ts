import type { Schema } from '../../api/types.ts'

type Rules = Schema<'WholePolicyRules'>

/** The rules of a policy that say something, by name. */
export function sayingOf(rules: Rules): (keyof Rules)[] {
  const { run_as, limits, network, commands } = rules
  const says: Record<keyof Rules, boolean> = {
    types: rules.types !== null,
    interpreters: rules.interpreters !== null,
    run_as: run_as.users !== null || run_as.default !== null || run_as.not_server,
    working_dirs: rules.working_dirs !== null,
    limits: Object.values(limits).some((most) => most !== null),
    network: network.allow !== null || network.deny.length > 0,
    commands: commands.allow !== null || commands.deny.length > 0,
    requires_approval: rules.requires_approval,
  }
  return (Object.keys(says) as (keyof Rules)[]).filter((rule) => says[rule])
}
