/** Builds the output frame, which shares nothing with the page: it runs in an origin of its own. */
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'frame',
  base: './',
  build: {
    target: 'es2023',
    outDir: '../../server/ownlab/static/frame',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
})
