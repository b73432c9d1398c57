import { processZone, resolveZone, say } from '@rota/core'
import type { Context } from '../context.ts'
import { usage } from '../exit.ts'
import { fieldLine } from '../report-error.ts'

/** How long the server may take to say its zone; what is asked works without it. */
const PATIENCE_MS = 2_000

/**
 * The zone of schedules that name none: that of `--tz`; of `TZ`, where the command was given one; the server's, which
 * is what a saved task takes; the machine's, which is told, when no server answers. Throws usage when `TZ` is not
 * understood: Node would take it for UTC.
 */
export async function defaultZone(context: Context, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  const { TZ } = context.env
  if (TZ !== undefined) return zoneOfVariable(TZ)
  const zone = await zoneOfServer(context)
  if (zone !== null) return zone
  context.note(say`No server said its zone, so this machine's is taken: ${context.zone}. Give another with --tz.`)
  return context.zone
}

function zoneOfVariable(tz: string): string {
  const zone = processZone(tz, undefined)
  if (zone !== null) return zone
  const wrong = resolveZone(tz)
  throw usage(`TZ: ${typeof wrong === 'string' ? tz : fieldLine({ ...wrong, path: '' })}`)
}

async function zoneOfServer(context: Context): Promise<string | null> {
  let stop = () => {}
  const late = new Promise<null>((resolve) => {
    const timer = context.clock.after(PATIENCE_MS, () => resolve(null))
    stop = () => timer.cancel()
  })
  const asked = context
    .client()
    .then((client) => client.schedules.preview({ schedule: '@daily', count: 1 }))
    .then(({ timezone }) => timezone ?? null)
    // Whatever stands in the way: nobody asked for the server.
    .catch(() => null)
  const zone = await Promise.race([asked, late])
  stop()
  return zone
}
