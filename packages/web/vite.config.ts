import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev -w @rota/web` finds the API; the built page is served by the server itself. */
const API = process.env.ROTA_URL ?? 'http://127.0.0.1:7070'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // The licence notes stay out of the code, beside it.
    license: { fileName: 'licenses.md' },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'charts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
            { name: 'editor', test: /node_modules[\\/](@codemirror|@lezer|codemirror)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': API, '/status': API, '/health': API, '/ready': API, '/openapi.json': API } },
})
