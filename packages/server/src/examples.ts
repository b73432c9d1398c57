import { SYSTEM, type TaskInput } from '@rota/core'
import type { Engine } from '@rota/engine'

const GROUP = 'examples'
/** The examples are nobody's; they appear without a maker. */
const HELLO = `echo "Hello from Rota, execution $ROTA_EXECUTION_ID"
for step in 1 2 3 4; do
  echo "step $step of 4"
  echo "::progress::$((step * 25)) step $step"
  sleep 0.5
done
echo "A line on stderr looks like this" >&2
echo "done"`

const DISK_REPORT = `df -h
echo
echo "Load:"
uptime`

const EXAMPLES: readonly TaskInput[] = [
  {
    name: 'Hello, Rota',
    description: 'Runs every 30 seconds and prints a few lines, so that there is a live log to look at.',
    group: GROUP,
    tags: ['example'],
    type: 'shell',
    command: HELLO,
    schedule: { type: 'interval', every: 30, unit: 'seconds' },
    timeout_seconds: 20,
    retention: { count: 100 },
  },
  {
    name: 'Disk report',
    description: 'Every day at 02:00: how full the disks are. Tried again twice when it fails.',
    group: GROUP,
    tags: ['example'],
    type: 'shell',
    command: DISK_REPORT,
    schedule: { type: 'daily', times: ['02:00'] },
    timeout_seconds: 60,
    retry: { max_attempts: 3, delay_seconds: 30, backoff: 'exponential' },
  },
  {
    name: 'Weekly clean-up',
    description: 'Sundays at 18:30, disabled until you enable it: lists old files in /tmp, deletes nothing.',
    group: GROUP,
    tags: ['example'],
    type: 'shell',
    command: 'find /tmp -maxdepth 1 -type f -mtime +7 -print 2>/dev/null | head -50',
    schedule: '30 18 * * SUN',
    concurrency: { max: 1, overlap: 'skip' },
    enabled: false,
  },
]

/** Makes the examples group and runs the first at once. For the very first start; deleted ones stay deleted. */
export async function createExamples(engine: Engine): Promise<void> {
  const made = []
  for (const example of EXAMPLES) made.push(await engine.tasks.create(SYSTEM, example))
  const [hello] = made
  if (hello !== undefined) await engine.tasks.run(SYSTEM, hello.id, { trigger: 'manual' })
}
