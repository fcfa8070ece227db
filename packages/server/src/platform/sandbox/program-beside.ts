import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The file of a process or a thread: TypeScript beside the source that names it, or, once built, JavaScript beside the program, where
 * the build puts each of them under its own name.
 */
export function programBeside(name: string, importUrl: string): string {
  if (import.meta.filename.endsWith('.ts')) return fileURLToPath(new URL(`${name}.ts`, importUrl))
  return join(import.meta.dirname, `${basename(name)}.js`)
}
