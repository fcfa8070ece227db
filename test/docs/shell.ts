import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from './markdown.ts'

/** One bash, as a reader has it open: what a block sets, the next one finds. A command that fails ends it. */
export interface Shell {
  /** Runs a block and returns what it printed. */
  run(block: string): Promise<string>
  /** Resolves with the first line, printed so far or later, that is meant: also what runs in the background prints. */
  line(isMeant: (line: string) => boolean): Promise<string>
  close(): Promise<void>
}

/** A command that takes longer hangs. */
const PATIENCE_MS = 60_000

export function openShell(environment: Readonly<Record<string, string>>): Shell {
  const child = spawn('bash', ['--norc', '--noprofile', '-eo', 'pipefail'], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that what runs in the background ends with it.
    detached: true,
  })
  let output = ''
  let ended = false
  let wake: (() => void)[] = []
  const heard = () => {
    const due = wake
    wake = []
    for (const each of due) each()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      heard()
    })
  }
  const exit = once(child, 'exit').then(() => {
    ended = true
    heard()
  })

  const until = async <T>(look: () => T | undefined): Promise<T> => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      heard()
    }, PATIENCE_MS)
    try {
      for (;;) {
        const found = look()
        if (found !== undefined) return found
        if (ended || late) throw new Error(`the shell ${ended ? 'ended' : 'waits'}:\n${output.slice(-3000)}`)
        await new Promise<void>((resolve) => wake.push(resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  let blocks = 0
  return {
    async run(block) {
      const end = `--- end of block ${++blocks} ---\n`
      const from = output.length
      child.stdin.write(`${block}\nprintf '%s' '${end}'\n`)
      const to = await until(() => {
        const at = output.indexOf(end, from)
        return at < 0 ? undefined : at
      })
      return output.slice(from, to)
    },
    // The last line may not be whole yet.
    line: (isMeant) => until(() => output.split('\n').slice(0, -1).find(isMeant)),
    async close() {
      child.stdin.end()
      endGroup(child.pid!)
      await exit
    },
  }
}

/** The shell may have ended, and what it started may not. */
function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
