import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// In development (`vite`) the API is another process, which is called with a key instead of a session. The built console is served by the server itself, from one origin.
const server = process.env['POSTHORN_SERVER'] ?? 'http://localhost:8400'
const key = process.env['POSTHORN_API_KEY']

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    proxy: { '/api': { target: server, ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }) }, '/in': server },
  },
  build: {
    target: 'es2024',
    outDir: 'dist',
    emptyOutDir: true,
    // The content policy allows no `data:` fonts or scripts, and small files are cheap over one connection.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'portal.html'] },
  },
})
