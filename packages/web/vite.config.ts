import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Where `npm run dev -w @rota/web` finds the API; the built page is served by the server itself. */
const API = process.env.ROTA_URL ?? 'http://127.0.0.1:7070'

/** What asks for the data while the rest of the code is on its way. */
const EARLY = 'early'
/** What the first page, the overview, is made of: the entry imports it, one thing by another. */
const FIRST = { tags: ['$initial' as const] }
/** What several pages share. */
const SHARED = { minShareCount: 2 }

/**
 * Few files: a browser has six requests under way at a time, and each costs it more than what a small file holds. Each
 * group takes what matches and all that this imports, unless one above it has it already; so libraries stand above what
 * is made of them, and what few pages need (the task editor) lies below what many do. A page is one file beside these.
 */
const GROUPS = [
  { name: EARLY, test: /src[\\/]app[\\/]early/ },
  { name: 'libraries', test: /node_modules[\\/]/, ...FIRST },
  { name: 'index', ...FIRST },
  { name: 'charts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
  { name: 'editor', test: /node_modules[\\/](@codemirror|@lezer|codemirror)[\\/]/ },
  { name: 'yaml', test: /node_modules[\\/]yaml[\\/]/ },
  // Fetched by every page once it is drawn.
  { name: 'later', test: /app[\\/]shell[\\/]top-menus|@mantine[\\/]notifications/ },
  { name: 'forms', test: /src[\\/](subjects[\\/]account|pages[\\/]sign-in[\\/]sign-in-form)/ },
  { name: 'controls', test: /node_modules[\\/](?!@tanstack)/, ...SHARED },
  { name: 'lists', test: /node_modules[\\/]@tanstack|src[\\/]ui[\\/]/, ...SHARED },
  {
    name: 'parts',
    test: /src[\\/](?!i18n|pages[\\/]task-editor|schedule-builder[\\/](?!zone-)|subjects[\\/]task[\\/]yaml-text)/,
    ...SHARED,
  },
  { name: 'task-editor', test: /src[\\/](pages[\\/]task-editor|schedule-builder)[\\/]/, ...SHARED },
]

/** Names that file first: as an import of the entry it would run only when all others are there, too. */
function earlyFirst(): Plugin {
  return {
    name: 'rota-early-first',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => {
        const chunk = Object.values(bundle ?? {}).find(({ name, type }) => type === 'chunk' && name === EARLY)
        if (chunk === undefined) return html
        return html.replace(/<script type="module"/, `<script type="module" src="/${chunk.fileName}"></script>\n    $&`)
      },
    },
  }
}

export default defineConfig({
  plugins: [react(), earlyFirst()],
  build: {
    target: 'es2023',
    // The licence notes stay out of the code, beside it.
    license: { fileName: 'licenses.md' },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: GROUPS.map((group, at) => ({ ...group, priority: GROUPS.length - at })),
        },
      },
    },
  },
  server: { proxy: { '/api': API, '/status': API, '/health': API, '/ready': API, '/openapi.json': API } },
})
