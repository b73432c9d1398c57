import { describe, expect, it } from 'vitest'
import type { TaskInput } from '../task.ts'
import { readTask } from '../task-document.ts'
import { applying } from './applying.ts'
import { boundsOf } from './bounds.ts'
import { type WrittenRules, wholeReach, wholeRules } from './complete.ts'
import { violationsOf } from './complies.ts'
import type { PolicyMachine } from './machine.ts'
import type { Policy, PolicyReach } from './rules.ts'
import { subjectOf } from './subject.ts'

/** A machine with two directories, of which `/srv/link` leads out, and bash in /usr/bin, which /bin is. */
const MACHINE: PolicyMachine = {
  interpreter: (type, { interpreter }) => {
    const name = type === 'shell' ? '/bin/sh' : type === 'script' ? String(interpreter ?? '/bin/sh') : null
    return name === null ? null : { name, path: MACHINE.locate(name) }
  },
  locate: (program) =>
    program.includes('/')
      ? program.startsWith('/')
        ? program.replace(/^\/bin/, '/usr/bin')
        : null
      : `/usr/bin/${program}`,
  directory: (path) => path.replace(/^\/srv\/link/, '/etc').replace(/\/+$/, '') || '/',
  isServerUser: (user) => user === null || user === 'rota',
  hostProblem: ({ deny }, host) => (deny.includes(host) ? `The host ${host} may not be reached.` : null),
}

function policy(rules: WrittenRules, applies_to: Partial<PolicyReach> = {}, name = 'p'): Policy {
  return { name, tenantId: null, enabled: true, applies_to: wholeReach(applies_to), rules: wholeRules(rules) }
}

const subject = (input: Partial<TaskInput>) =>
  subjectOf(readTask({ name: 't', type: 'shell', command: 'true', ...input }, { defaultTimezone: 'UTC' }))

function broken(rules: WrittenRules, input: Partial<TaskInput> = {}): string[] {
  return violationsOf(subject(input), [policy(rules)], MACHINE).map(({ path, code }) => `${path} ${code}`)
}

describe('a rule', () => {
  it('that says nothing refuses nothing', () => expect(broken({})).toEqual([]))
  it('of types', () => {
    expect(broken({ types: ['http'] })).toEqual(['type type'])
    expect(broken({ types: [] })).toEqual(['type type'])
    expect(broken({ types: ['shell'] })).toEqual([])
  })
  it('of interpreters compares where they are, not how they are called', () => {
    expect(broken({ interpreters: ['/usr/bin/sh'] })).toEqual([])
    expect(broken({ interpreters: ['sh'] })).toEqual([])
    expect(broken({ interpreters: ['/usr/bin/python3'] })).toEqual(['type interpreter'])
    expect(broken({ interpreters: ['bash'] }, { type: 'script', source: 'x', interpreter: './bash' })).toEqual([
      'interpreter interpreter',
    ])
  })
  it('of interpreters refuses variables by which they would run other code', () => {
    expect(broken({ interpreters: ['sh'] }, { env: { LD_PRELOAD: '/tmp/x.so', COLOUR: 'red' } })).toEqual([
      'env.LD_PRELOAD variable',
    ])
    expect(broken({}, { env: { LD_PRELOAD: '/tmp/x.so' } })).toEqual([])
  })
  it('of users', () => {
    expect(broken({ run_as: { users: ['ada'] } })).toEqual(['run_as run_as'])
    expect(broken({ run_as: { users: ['ada'] } }, { run_as: 'ada' })).toEqual([])
    expect(broken({ run_as: { users: ['ada'], default: 'ada' } })).toEqual([])
    expect(broken({ run_as: { users: ['ada'] } }, { run_as: 'root' })).toEqual(['run_as run_as'])
    expect(broken({ run_as: { not_server: true } })).toEqual(['run_as run_as'])
    expect(broken({ run_as: { not_server: true } }, { run_as: 'rota' })).toEqual(['run_as run_as'])
    expect(
      broken(
        { run_as: { not_server: true } },
        { type: 'http', http: { url: 'https://a' }, command: undefined as never },
      ),
    ).toEqual([])
  })
  it('of directories follows links, and takes no name for a directory that begins alike', () => {
    const rules = { working_dirs: ['/srv'] }
    expect(broken(rules)).toEqual(['working_dir working_dir'])
    expect(broken(rules, { working_dir: '/srv/a' })).toEqual([])
    expect(broken(rules, { working_dir: '/srvx' })).toEqual(['working_dir working_dir'])
    expect(broken(rules, { working_dir: '/srv/link/x' })).toEqual(['working_dir working_dir'])
    expect(broken({ working_dirs: ['/'] }, { working_dir: '/srv' })).toEqual([])
  })
  it('of limits judges what a task says, and nothing else', () => {
    const limits = { timeout_seconds: 60, memory_bytes: 2 ** 20, max_attempts: 2, max_concurrent: 1 }
    expect(broken({ limits })).toEqual([])
    expect(
      broken(
        { limits },
        { timeout_seconds: 61, limits: { memory_bytes: 2 ** 21 }, retry: { max_attempts: 3 }, concurrency: { max: 2 } },
      ),
    ).toEqual([
      'timeout_seconds limit',
      'limits.memory_bytes limit',
      'retry.max_attempts limit',
      'concurrency.max limit',
    ])
  })
  it('of hosts', () => {
    const http = (url: string) => ({ type: 'http', http: { url }, command: undefined as never })
    const rules = { network: { deny: ['evil.example', '::1'] } }
    expect(broken(rules, http('https://user:pass@EVIL.example:8443/x?y'))).toEqual(['http.url network'])
    expect(broken(rules, http('http://[::1]/'))).toEqual(['http.url network'])
    expect(broken(rules, http('https://good.example/evil.example'))).toEqual([])
  })
  it('of commands allows whole texts, and arguments only as it says', () => {
    const rules = { commands: { allow: [{ command: 'backup "$1"', args: ['*'], reason: '' }] } }
    expect(broken(rules)).toEqual(['command command'])
    expect(broken(rules, { command: 'backup "$1"', params: { args: ['db1'] } })).toEqual([])
    expect(broken(rules, { command: 'backup "$1"', params: { args: ['-rf'] } })).toEqual(['params.args argument'])
    expect(broken(rules, { command: 'backup "$1"; id' })).toEqual(['command command'])
    expect(broken(rules, { type: 'plugin', command: undefined as never })).toEqual(['type command'])
    expect(
      broken(
        { commands: { allow: [{ command: 'x', args: [], reason: '' }] } },
        { command: 'x', params: { args: ['a'] } },
      ),
    ).toEqual(['params.args argument'])
  })
  it('of commands leaves no source to another interpreter', () => {
    const rules = { commands: { allow: [{ command: 'print(1)', args: [], reason: '' }] } }
    const script = { type: 'script', source: 'print(1)', interpreter: 'sh -c id', command: undefined as never }
    expect(broken(rules, script)).toEqual(['interpreter command'])
  })
  it('of commands tells why one is refused', () => {
    const rules = { commands: { deny: [{ pattern: '*rm -rf*', reason: 'Use the tool tidy.' }] } }
    const [found] = violationsOf(subject({ command: 'rm -rf /tmp/x' }), [policy(rules)], MACHINE)
    expect(found).toMatchObject({ path: 'command', code: 'command', policy: 'p' })
    expect(found!.message).toMatch(/refused by the policy p\. Reason: Use the tool tidy\./)
  })
})

describe('policies', () => {
  it('all hold together: what one allows another may take away', () => {
    const both = [policy({ types: ['shell', 'http'] }, {}, 'a'), policy({ types: ['http'] }, {}, 'b')]
    expect(violationsOf(subject({}), both, MACHINE).map(({ policy: name }) => name)).toEqual(['b'])
  })

  it('hold for their groups with all below, and for whoever saves or runs', () => {
    const night = policy({}, { groups: ['night'] })
    const place = (group: string | null) => ({ tenantId: null, group })
    expect(applying([night], place('night/db'), null)).toEqual([night])
    expect(applying([night], place('nightly'), null)).toEqual([])
    const ours = policy({}, { roles: ['editor'], user_groups: ['g1'] })
    expect(applying([ours], place(null), null)).toEqual([])
    expect(applying([ours], place(null), { roles: ['editor'], userGroups: [] })).toEqual([])
    expect(applying([ours], place(null), { roles: ['editor'], userGroups: ['g1'] })).toEqual([ours])
    expect(applying([{ ...night, enabled: false }], place('night'), null)).toEqual([])
    expect(applying([{ ...night, tenantId: 't' }], place('night'), null)).toEqual([])
  })

  it('bound what a task says nothing of by the lowest of all', () => {
    const two = [
      policy({ limits: { timeout_seconds: 60, open_files: 64 }, run_as: { default: 'zoe' } }, {}, 'z'),
      policy({ limits: { timeout_seconds: 30 }, run_as: { default: 'ada' }, working_dirs: ['/srv'] }, {}, 'a'),
    ]
    expect(boundsOf(subject({ limits: { open_files: 32, cpus: 2 } }), two, null)).toEqual({
      runAs: 'ada',
      timeoutMs: 30_000,
      limits: { memory_bytes: null, cpus: 2, processes: null, open_files: 32 },
      workingDirs: [['/srv']],
      network: [],
    })
    expect(boundsOf(subject({}), [], 5_000)).toMatchObject({ timeoutMs: 5_000, limits: null, runAs: null })
  })
})
