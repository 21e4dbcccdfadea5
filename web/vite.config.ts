/** Builds the page into the server's package. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env['OWNLAB_DEV_SERVER'] ?? 'http://127.0.0.1:8787'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    outDir: '../server/ownlab/static',
    emptyOutDir: true,
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/signin': server,
      '/frame': server,
    },
  },
})
