import type { AnyRoute, Route } from '../route.ts'

/** The page docs/reference/api.md: every endpoint with what it needs, made from the routes themselves. */
export function endpointTable(routes: readonly AnyRoute[]): string {
  const byTag = new Map<string, Route[]>()
  for (const route of routes as unknown as Route[]) byTag.set(route.tag, [...(byTag.get(route.tag) ?? []), route])
  return [...byTag].map(([tag, members]) => section(tag, members)).join('\n')
}

function section(tag: string, routes: Route[]): string {
  const head = '| method | path | needs | what it does |\n| --- | --- | --- | --- |'
  return `## ${tag}\n\n${head}\n${routes.map(row).join('\n')}\n`
}

function row(route: Route): string {
  const { needs } = route
  const path = route.url.replaceAll(/:(\w+)/g, '{$1}')
  const marks = [
    route.isIdempotent && 'honours `Idempotency-Key`',
    route.hasPrecondition && 'accepts `If-Match`',
    ...(route.mediaTypes ?? []).map((type) => `\`${type}\``),
  ].filter((mark) => mark)
  const about = [`${route.summary}.`, route.description, marks.length > 0 ? `(${marks.join(', ')})` : undefined]
  return `| ${route.method} | \`${path}\` | ${typeof needs === 'string' ? needs : `${needs.may} ${needs.on}`} | ${about.filter(Boolean).join(' ').replaceAll('|', '\\|')} |`
}
