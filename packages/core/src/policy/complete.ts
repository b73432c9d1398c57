import type { PolicyReach, PolicyRules } from './rules.ts'

/** Rules of which members may be left out, at any depth. */
export type WrittenRules = {
  readonly [K in keyof PolicyRules]?: PolicyRules[K] extends readonly unknown[] | null | boolean
    ? PolicyRules[K]
    : Partial<PolicyRules[K]>
}

const SAYS_NOTHING: PolicyRules = {
  types: null,
  interpreters: null,
  run_as: { users: null, default: null, not_server: false },
  working_dirs: null,
  limits: {
    timeout_seconds: null,
    memory_bytes: null,
    cpus: null,
    processes: null,
    open_files: null,
    max_attempts: null,
    max_concurrent: null,
  },
  network: { allow: null, deny: [] },
  commands: { allow: null, deny: [] },
  requires_approval: false,
}

/** Rules with every member: what is left out says nothing. */
export function wholeRules(written: WrittenRules): PolicyRules {
  return {
    types: written.types ?? null,
    interpreters: written.interpreters ?? null,
    run_as: { ...SAYS_NOTHING.run_as, ...written.run_as },
    working_dirs: written.working_dirs ?? null,
    limits: { ...SAYS_NOTHING.limits, ...written.limits },
    network: { ...SAYS_NOTHING.network, ...written.network },
    commands: { ...SAYS_NOTHING.commands, ...written.commands },
    requires_approval: written.requires_approval ?? false,
  }
}

export function wholeReach({ groups = [], roles = [], user_groups = [] }: Partial<PolicyReach>): PolicyReach {
  return { groups, roles, user_groups }
}
