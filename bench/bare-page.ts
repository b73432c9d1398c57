/** A React page that asks for one number and shows it, from a server that does nothing else: the floor of a page. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { build, type Plugin, type Rolldown } from 'vite'

const ENTRY = 'virtual:bare-page'
const PAGE = `
import { createElement, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

function Figure() {
  const [value, setValue] = useState(null)
  useEffect(() => void fetch('/figure').then((reply) => reply.json()).then(setValue), [])
  return value === null ? null : createElement('div', { id: 'figure' }, 'Running now ', value)
}
createRoot(document.getElementById('root')).render(createElement(Figure))
`
const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="module" src="/assets/page.js"></script><div id="root"></div></html>`

export async function serveBarePage(): Promise<{ url: string; close: () => void }> {
  const script = brotliCompressSync(await bundled())
  const server = createServer(({ url }, reply) => {
    // As ours: a page that shares its process with no other makes the browser start one for it.
    reply.setHeader('Cross-Origin-Opener-Policy', 'same-origin').setHeader('Origin-Agent-Cluster', '?1')
    if (url === '/figure') reply.setHeader('Content-Type', 'application/json').end('1')
    else if (url === '/assets/page.js') {
      reply.setHeader('Content-Type', 'text/javascript').setHeader('Content-Encoding', 'br')
      reply.setHeader('Cache-Control', 'public, max-age=31536000, immutable').end(script)
    } else reply.setHeader('Content-Type', 'text/html').setHeader('Cache-Control', 'no-cache').end(HTML)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

/** React as it is installed, in one file. */
async function bundled(): Promise<string> {
  const plugin: Plugin = {
    name: 'bare-page',
    resolveId: (id) => (id === ENTRY ? id : null),
    load: (id) => (id === ENTRY ? PAGE : null),
  }
  const output = (await build({
    root: join(import.meta.dirname, '../packages/web'),
    configFile: false,
    logLevel: 'error',
    plugins: [plugin],
    build: { write: false, target: 'es2023', rolldownOptions: { input: ENTRY } },
  })) as Rolldown.RolldownOutput
  return output.output[0].code
}
