/** CPU time of processes on this machine. */
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second. */
const TICK_MICROS = 10_000

/** CPU time of one's own process. */
export function cpuMicrosOfSelf(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** User and system time of a process (proc(5), fields 14 and 15); 0 where it cannot be read. */
export function cpuMicrosOf(pid: number): number {
  const fields = statOf(pid)
  return fields === null ? 0 : (Number(fields[11]) + Number(fields[12])) * TICK_MICROS
}

/** The same of a process, its children, and those of them that it has outlived (fields 16 and 17). */
export function cpuMicrosOfTree(pid: number): number {
  const own = statOf(pid)
  if (own === null) return 0
  let ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(own[field]), 0)
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statOf(Number(name)) : null
    if (fields !== null && Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks * TICK_MICROS
}

/** The same of a process and all that descend from it and live, each with those that it has outlived. */
export function cpuMicrosOfFamily(pid: number): number {
  const all = new Map<number, string[]>()
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statOf(Number(name)) : null
    if (fields !== null) all.set(Number(name), fields)
  }
  const family = new Set([pid])
  // Parents may be listed after their children, so passes are made until one finds nothing new.
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const [member, fields] of all) if (family.has(Number(fields[1]))) family.add(member)
  }
  let ticks = 0
  for (const member of family) for (const field of [11, 12, 13, 14]) ticks += Number(all.get(member)?.[field] ?? 0)
  return ticks * TICK_MICROS
}

/** From the state on. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}
