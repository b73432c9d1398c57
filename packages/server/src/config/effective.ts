import { type Config, upcomingConfig } from '@rota/protocol'
import { CONFIG_FIELDS } from './schema-fields.ts'

/** The configuration without secrets, as replies and logs may show it. A secret that is set appears as `"(set)"`. */
export function effectiveConfig(config: Config): Record<string, unknown> {
  const shown = structuredClone(config) as Record<string, unknown>
  for (const { path, isSecret } of CONFIG_FIELDS) if (isSecret) hide(shown, path)
  for (const provider of (shown.auth as Config['auth']).oidc) hide(provider, ['client_secret'])
  return { ...shown, ...FLAT_NAMES, ...thresholdsOf(config) }
}

function hide(target: Record<string, unknown>, [key, ...rest]: string[]): void {
  if (rest.length > 0) hide(target[key!] as Record<string, unknown>, rest)
  else target[key!] = target[key!] === null ? null : '(set)'
}

const { placement, auto_scaling: scaling } = upcomingConfig.parse({})

/** How nodes are judged, by the same kind of names. */
function thresholdsOf({ nodes }: Config) {
  const { health_check_enabled, cpu_threshold, memory_threshold, disk_threshold } = nodes
  return { health_check_enabled, cpu_threshold, memory_threshold, disk_threshold }
}

/** How things are placed, by the flat names under which other systems look for it: always so in this version. */
const FLAT_NAMES = {
  scheduling_algorithm: placement.strategy,
  load_balance_enabled: placement.load_balance_enabled,
  max_devices_per_node: placement.max_devices_per_node,
  auto_scaling_enabled: scaling.enabled,
  scale_up_threshold: scaling.scale_up_threshold,
  scale_down_threshold: scaling.scale_down_threshold,
}
