import { createContext, useContext } from 'react'
import { MY_ZONE } from '../format/instant.ts'
import { usePreferences } from './preferences.ts'

/** The zone of the task that a part of the page is about; null where it is about none, or many. */
export const TaskZone = createContext<string | null>(null)

/**
 * The zone that instants are shown in here. `taskZone`, or else that of the task around, counts when the viewer chose the
 * task's; else it is ignored.
 */
export function useZone(taskZone?: string | null): string {
  const { zone } = usePreferences()
  const around = useContext(TaskZone)
  const ofTask = taskZone ?? around
  if (zone === 'utc') return 'UTC'
  if (zone === 'task' && ofTask) return ofTask
  return MY_ZONE
}
