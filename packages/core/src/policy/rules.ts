/** What tasks may take at most. Null: nothing is said. */
export interface PolicyLimits {
  readonly timeout_seconds: number | null
  readonly memory_bytes: number | null
  /** Processors; 1.5 is one and a half. */
  readonly cpus: number | null
  readonly processes: number | null
  readonly open_files: number | null
  /** Attempts in all. */
  readonly max_attempts: number | null
  /** Executions of one task at once. */
  readonly max_concurrent: number | null
}

/** Hosts, `*.domains`, addresses and networks that HTTP tasks may or may not reach. */
export interface NetworkRules {
  /** Null: any that the server itself lets be reached. */
  readonly allow: readonly string[] | null
  readonly deny: readonly string[]
}

/** A command that is allowed, and the arguments that a run may hand to it. */
export interface AllowedCommand {
  readonly command: string
  /** Patterns of which each argument must match one; without any, none may be given. */
  readonly args: readonly string[]
  readonly reason: string
}

export interface DeniedCommand {
  readonly pattern: string
  readonly reason: string
}

/** What tasks may be and do. A null list says nothing, an empty one allows nothing. */
export interface PolicyRules {
  readonly types: readonly string[] | null
  /** What starts programs: absolute paths, or names that the server looks up. */
  readonly interpreters: readonly string[] | null
  readonly run_as: {
    readonly users: readonly string[] | null
    /** Whom tasks run as that name nobody. */
    readonly default: string | null
    /** Never the server's own user. */
    readonly not_server: boolean
  }
  /** Directories in which, or below which, programs must be told to work. */
  readonly working_dirs: readonly string[] | null
  readonly limits: PolicyLimits
  readonly network: NetworkRules
  readonly commands: { readonly allow: readonly AllowedCommand[] | null; readonly deny: readonly DeniedCommand[] }
  /** A change of a task waits for a second person. */
  readonly requires_approval: boolean
}

/** Whom and what a policy is for. An empty list asks for nothing; all three must be met. */
export interface PolicyReach {
  /** Groups of tasks, each with all below it. */
  readonly groups: readonly string[]
  /** Names of roles of whoever saves or runs. */
  readonly roles: readonly string[]
  /** Ids of user groups of whoever saves or runs. */
  readonly user_groups: readonly string[]
}

export interface Policy {
  readonly name: string
  /** Null: for tasks of any tenant. */
  readonly tenantId: string | null
  readonly enabled: boolean
  readonly applies_to: PolicyReach
  readonly rules: PolicyRules
}

/** Who saves or runs, as far as policies ask. */
export interface Bearer {
  readonly roles: readonly string[]
  readonly userGroups: readonly string[]
}
