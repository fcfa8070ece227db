import { fileURLToPath } from 'node:url'

/** The file of a process or a thread, which has the ending of the file that names it: TypeScript from the source, JavaScript once built. */
export function programBeside(name: string, importUrl: string): string {
  return fileURLToPath(new URL(`${name}${importUrl.endsWith('.ts') ? '.ts' : '.js'}`, importUrl))
}
