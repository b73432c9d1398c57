import { Link } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

/** Leads to a node's page. */
export function NodeLink({ nodeId, ...rest }: { nodeId: string } & Omit<ComponentProps<'a'>, 'href' | 'target'>) {
  return <Link to="/nodes/$nodeId" params={{ nodeId }} {...rest} />
}
