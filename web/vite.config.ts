/** Builds the page into the server's package. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { woff2Only } from './vite.fonts'

const server = process.env['OWNLAB_DEV_SERVER'] ?? 'http://127.0.0.1:8787'

export default defineConfig({
  plugins: [react(), woff2Only()],
  build: {
    target: 'es2023',
    outDir: '../server/ownlab/static',
    emptyOutDir: true,
    // The page's policy allows fonts from its own address only, none that are written into the styles.
    assetsInlineLimit: 0,
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
