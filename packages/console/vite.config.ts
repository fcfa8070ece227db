import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Rolldown } from 'vite'

// In development (`vite`) the API is another process, which is called with a key instead of a session. The built console is served by the server itself, from one origin.
const server = process.env['POSTHORN_SERVER'] ?? 'http://localhost:8400'
const key = process.env['POSTHORN_API_KEY']

/**
 * Left to itself the bundler makes a file of every module that two pages share: a list asked for 98 files, half of them under 2 kB, and
 * loading them took a browser a third of its work. So what every page needs is one file for libraries and one for the frame; what five
 * pages or more need are two, apart by whether it opens something: Home needs none of the dialogs, menus and tables.
 */
const chunks: Rolldown.CodeSplittingGroup[] = [
  { name: 'base', tags: ['$initial'], test: /node_modules|[\\/]sdk[\\/]|[\\/]src[\\/](ui|lib)[\\/]/, priority: 2 },
  { name: 'frame', tags: ['$initial'], test: /[\\/]src[\\/](app|features)[\\/]/, priority: 2 },
  { debugName: 'standing', name: (id, modules) => (opens(id, modules) ? null : 'standing'), minShareCount: 5, priority: 1 },
  { name: 'opening', minShareCount: 5, priority: 0 },
]

/** Whether a module leads to the kit of all that opens. */
function opens(id: string, modules: Rolldown.ChunkingContext, seen = new Set<string>()): boolean {
  if (/@base-ui|@floating-ui/.test(id)) return true
  if (seen.has(id)) return false
  seen.add(id)
  return modules.getModuleInfo(id)?.importedIds.some((one) => opens(one, modules, seen)) ?? false
}

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
    rolldownOptions: { input: ['index.html', 'portal.html'], output: { codeSplitting: { groups: chunks } } },
  },
})
