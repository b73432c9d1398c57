import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '@rota/core'
import type { ExecutorOptions } from '@rota/executors'
import type { Config } from '@rota/protocol'
import { EXIT, StartFailure } from './failure.ts'

/** Where programs have their sources and pipes while they run. */
export const PROGRAMS_DIR = 'programs'

/** The settings of programs and HTTP tasks as the executors take them. Throws StartFailure for an unknown user. */
export function executorOptions({
  data_dir,
  programs,
  http_tasks: http,
}: Config): ExecutorOptions & { tempDir: string } {
  return {
    tempDir: join(data_dir, PROGRAMS_DIR),
    shell: programs.shell,
    python: programs.python,
    ...(programs.run_as !== null && { runAs: resolveUser(programs.run_as) }),
    ...(programs.allowed_working_dirs.length > 0 && { allowedWorkingDirs: programs.allowed_working_dirs }),
    ...(programs.allowed_interpreters.length > 0 && { allowedInterpreters: programs.allowed_interpreters }),
    ...(programs.cgroup_root !== null && { cgroupRoot: programs.cgroup_root }),
    limits: present({
      memoryBytes: programs.max_memory_bytes,
      processes: programs.max_processes,
      cpus: programs.max_cpus,
      cpuSeconds: programs.max_cpu_seconds,
      fileBytes: programs.max_file_bytes,
      openFiles: programs.max_open_files,
    }),
    http: { allow: http.allow, deny: http.deny, maxRedirects: http.max_redirects, maxBodyBytes: http.max_body_bytes },
  }
}

function present<Key extends string>(limits: Record<Key, number | null>): Partial<Record<Key, number>> {
  const entries = Object.entries<number | null>(limits).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Partial<Record<Key, number>>
}

/** `UID:GID`, or a name of /etc/passwd. */
function resolveUser(text: string): { uid: number; gid: number } {
  const [, uid, gid] = /^(\d{1,9}):(\d{1,9})$/.exec(text) ?? []
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const fields = lines.map((line) => line.split(':')).find(([name]) => name === text)
  if (fields === undefined) {
    throw new StartFailure(EXIT.config, say`programs.run_as: there is no user ${text} on this machine.`)
  }
  return { uid: Number(fields[2]), gid: Number(fields[3]) }
}
