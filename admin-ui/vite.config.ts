import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm start` has the server. */
const SERVER = 'http://127.0.0.1:4280'

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    // files and no data: addresses, so that the page lives under a strict content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': SERVER } },
})
