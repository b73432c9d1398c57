import { Link } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

interface ExecutionLinkProps extends Omit<ComponentProps<'a'>, 'href' | 'target'> {
  executionId: string
  /** What its log is searched for at once. */
  q?: string | undefined
}

/** Leads to an execution's page. */
export function ExecutionLink({ executionId, q, ...rest }: ExecutionLinkProps) {
  return <Link to="/executions/$executionId" params={{ executionId }} search={{ q }} {...rest} />
}
