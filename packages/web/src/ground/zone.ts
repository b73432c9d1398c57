import { MY_ZONE } from '../format/instant.ts'
import { usePreferences } from './preferences.ts'

/** The zone that instants are shown in here. `taskZone` counts when the viewer chose the task's; else it is ignored. */
export function useZone(taskZone?: string | null): string {
  const { zone } = usePreferences()
  if (zone === 'utc') return 'UTC'
  if (zone === 'task' && taskZone) return taskZone
  return MY_ZONE
}
