import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'

/** What says nothing about anybody, and libraries of the system may still read where it stands. */
const HARMLESS = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'PWD', 'OLDPWD', 'SHLVL', 'TERM', 'HOSTNAME', 'LANG', 'LANGUAGE'],
  ...['TZ', 'TMPDIR', 'GLIBC_TUNABLES', 'NODE_ENV', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', '_'],
])
const HARMLESS_FAMILIES = ['LC_', 'LD_', 'MALLOC_']

/** Places of `env_start` and `env_end` behind the name in /proc/PID/stat (proc_pid_stat(5), fields 50 and 51). */
const ENV_START = 47
const O_CLOEXEC = 0o2000000
const LAST_STANDARD_STREAM = 2

/**
 * Blanks the values this process was started with where other processes of its user see them, /proc/PID/environ; it
 * keeps copies of its own, so nothing in it changes. A program that a task runs may read that file of its parent.
 * False where that is not possible; then it is as it was.
 */
export function hideEnvironment(): boolean {
  if (process.platform !== 'linux') return false
  try {
    const block = readFileSync('/proc/self/environ')
    const stat = readFileSync('/proc/self/stat', 'latin1')
    const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[ENV_START])
    if (!Number.isSafeInteger(start) || start <= 0) return false
    // Setting a variable makes a copy elsewhere (setenv(3)); what nobody points to can be overwritten.
    for (const [name, value] of Object.entries(process.env)) if (!isHarmless(name)) process.env[name] = value
    const memory = openSync('/proc/self/mem', 'r+')
    try {
      for (const { from, to } of hiddenValues(block))
        writeSync(memory, Buffer.alloc(to - from), 0, to - from, start + from)
    } finally {
      closeSync(memory)
    }
    return hiddenValues(readFileSync('/proc/self/environ')).every(({ isBlank }) => isBlank)
  } catch {
    return false
  }
}

function hiddenValues(block: Buffer): { from: number; to: number; isBlank: boolean }[] {
  const values: { from: number; to: number; isBlank: boolean }[] = []
  for (let at = 0; at < block.length; ) {
    const end = block.indexOf(0, at)
    const to = end === -1 ? block.length : end
    const equals = block.indexOf(0x3d, at)
    if (equals !== -1 && equals < to && !isHarmless(block.toString('latin1', at, equals))) {
      values.push({ from: equals + 1, to, isBlank: equals + 1 === to })
    }
    at = to + 1
  }
  return values
}

/**
 * Closes what whoever started this process left open beside the standard streams: everything that is started from here
 * would get it too. Node's own descriptors are not passed on, and stay.
 */
export function closeInherited(): void {
  for (const name of namesIn('/proc/self/fd')) {
    const descriptor = Number(name)
    if (descriptor <= LAST_STANDARD_STREAM) continue
    try {
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'))?.[1]
      if (flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0) closeSync(descriptor)
    } catch {
      // The descriptor of the listing itself, gone by now.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isHarmless(name: string): boolean {
  return HARMLESS.has(name) || HARMLESS_FAMILIES.some((family) => name.startsWith(family))
}
