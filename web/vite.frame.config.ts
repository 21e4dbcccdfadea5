/** Builds the output frame, which shares nothing with the page: it runs in an origin of its own. */
import { defineConfig } from 'vite'
import { woff2Only } from './vite.fonts'

export default defineConfig({
  root: 'frame',
  base: './',
  plugins: [woff2Only()],
  build: {
    target: 'es2023',
    outDir: '../../server/ownlab/static/frame',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
})
