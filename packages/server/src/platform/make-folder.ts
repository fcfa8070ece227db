import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** With all that leads to it, level by level: Node's `recursive` never comes back where the system makes no folder, as in `/proc`. */
export function makeFolder(folder: string): void {
  const whole = resolve(folder)
  try {
    mkdirSync(whole, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(whole, { throwIfNoEntry: false })?.isDirectory()) return
    if (code !== 'ENOENT' || existsSync(dirname(whole))) throw error
    makeFolder(dirname(whole))
    makeFolder(whole)
  }
}
