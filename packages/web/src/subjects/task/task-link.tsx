import { Link } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

/** Leads to a task's page. */
export function TaskLink({ taskId, ...rest }: { taskId: string } & Omit<ComponentProps<'a'>, 'href' | 'target'>) {
  return <Link to="/tasks/$taskId" params={{ taskId }} {...rest} />
}
