import { execFile } from 'node:child_process'
import { readFileSync, statfsSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import type { Clock, NodeFacts, Timer, Usage } from '@rota/core'

/** Asking the GPUs starts a program. */
const GPU_EVERY_MS = 30_000
const GPU_WITHIN_MS = 10_000

/** How busy this machine is. The share of processors is that since the sample before. */
export class UsageSampler {
  readonly #clock: Clock
  readonly #dataDir: string
  #cpu = cpuTimes()
  #gpu: number | null = null
  #timer: Timer | null = null

  constructor(clock: Clock, dataDir: string) {
    this.#clock = clock
    this.#dataDir = dataDir
  }

  sample(): Usage {
    const now = cpuTimes()
    const total = now.total - this.#cpu.total
    const cpu = total > 0 ? share(1 - (now.idle - this.#cpu.idle) / total) : null
    this.#cpu = now
    return { cpu, memory: memoryShare(), disk: diskShare(this.#dataDir), gpu: this.#gpu }
  }

  /** Which GPUs there are; null for none. From then on how busy they are is asked for now and then. */
  async findGpu(): Promise<NodeFacts['gpu']> {
    const rows = await askGpus('name')
    if (rows.length === 0) return null
    void this.#watchGpus()
    return { count: rows.length, model: rows[0]!.slice(0, 200) }
  }

  stop(): void {
    this.#timer?.cancel()
  }

  async #watchGpus(): Promise<void> {
    const rows = await askGpus('utilization.gpu')
    const shares = rows.map((row) => Number(row) / 100).filter(Number.isFinite)
    this.#gpu = shares.length === 0 ? null : share(shares.reduce((sum, each) => sum + each, 0) / shares.length)
    this.#timer = this.#clock.after(GPU_EVERY_MS, () => void this.#watchGpus())
  }
}

const share = (value: number) => Math.min(1, Math.max(0, value))

function cpuTimes(): { idle: number; total: number } {
  let idle = 0
  let total = 0
  for (const { times } of cpus()) {
    idle += times.idle
    total += times.user + times.nice + times.sys + times.idle + times.irq
  }
  return { idle, total }
}

/** What programs could still have counts as free, caches of files included (proc(5), MemAvailable). */
function memoryShare(): number {
  try {
    const text = readFileSync('/proc/meminfo', 'latin1')
    const available = Number(/^MemAvailable: +(\d+)/m.exec(text)?.[1])
    const used = 1 - available / Number(/^MemTotal: +(\d+)/m.exec(text)?.[1])
    if (Number.isFinite(used)) return share(used)
  } catch {
    // No /proc here.
  }
  return share(1 - freemem() / totalmem())
}

function diskShare(path: string): number | null {
  try {
    const { blocks, bavail } = statfsSync(path)
    return blocks > 0 ? share(1 - bavail / blocks) : null
  } catch {
    return null
  }
}

/** One row for each GPU; none where there is no nvidia-smi. */
function askGpus(field: string): Promise<string[]> {
  return new Promise((resolve) => {
    const args = [`--query-gpu=${field}`, '--format=csv,noheader,nounits']
    execFile('nvidia-smi', args, { timeout: GPU_WITHIN_MS, maxBuffer: 65_536 }, (error, stdout) => {
      resolve(error === null ? stdout.split('\n').flatMap((row) => (row.trim() === '' ? [] : [row.trim()])) : [])
    })
  })
}
