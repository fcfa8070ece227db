import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Clock, Timer } from './clock.ts'

/**
 * Writes lines to standard output without ever waiting for whoever reads it. A log nobody drains must not stop the work: what does
 * not fit into the buffer is dropped and counted, and one line tells how many when the reader is back.
 */
export interface LineWriter {
  /** Takes a line with its newline. */
  write(line: string): void
  /** Writes what can be written at once; called before the process ends. */
  flush(): void
  close(): void
  /** Lines dropped since the beginning. */
  readonly dropped: number
}

export interface LineWriterOptions {
  readonly clock: Clock
  /** Where to write instead of standard output. */
  readonly path?: string
  readonly bytesMax?: number
}

const RETRY_MS = 50
const STDOUT = 1
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK

export function createLineWriter({ clock, path, bytesMax = 1024 * 1024 }: LineWriterOptions): LineWriter {
  const fd = path === undefined ? openStdout() : openSync(path, FLAGS)
  let lines: string[] = []
  let buffered = 0
  /** What the output took only a part of. */
  let rest: Buffer | undefined
  let dropped = 0
  let droppedUntold = 0
  let scheduled = false
  let retry: Timer | undefined
  let broken = false

  const flush = () => {
    scheduled = false
    retry?.cancel()
    retry = undefined
    while (!broken && (rest !== undefined || lines.length > 0)) {
      const bytes: Buffer = rest ?? Buffer.from(lines.join(''))
      if (rest === undefined) lines = []
      rest = bytes
      const written = tryWrite(fd, bytes)
      if (written === 'gone') {
        broken = true
        return
      }
      if (written === 'full') {
        retry = clock.after(RETRY_MS, flush)
        return
      }
      rest = written < bytes.length ? bytes.subarray(written) : undefined
      if (rest === undefined) {
        buffered = 0
        tellDropped()
      }
    }
  }

  const tellDropped = () => {
    if (droppedUntold === 0) return
    const count = droppedUntold
    droppedUntold = 0
    keep(`{"level":"warn","time":"${new Date(clock.now()).toISOString()}","event":"log.lines.dropped","count":${count}}\n`)
  }

  const keep = (line: string) => {
    buffered += line.length
    lines.push(line)
  }

  return {
    write(line) {
      if (broken || buffered + line.length > bytesMax) {
        dropped++
        droppedUntold++
        return
      }
      keep(line)
      if (scheduled || retry !== undefined) return
      scheduled = true
      setImmediate(flush)
    },
    flush,
    close() {
      flush()
      retry?.cancel()
      broken = true
      if (fd !== STDOUT) closeSync(fd)
    },
    get dropped() {
      return dropped
    },
  }
}

/**
 * Standard output, opened anew so that it does not block: `process.stdout` stalls the event loop while a pipe is full, and a blocking
 * write in libuv's pool would occupy one of its four threads and hold up the exit. A socket (journald, or a parent that is Node)
 * cannot be opened anew, but `process.stdout` makes it non-blocking when it is touched.
 */
function openStdout(): number {
  try {
    // A file never blocks, and opened anew it would be written from another place than by the rest of the process.
    if (fstatSync(STDOUT).isFile()) return STDOUT
    return openSync('/dev/stdout', FLAGS)
  } catch {
    process.stdout.on('error', () => {})
    return STDOUT
  }
}

/** How many bytes were taken; `full` if the reader is behind, `gone` if there is none any more. */
function tryWrite(fd: number, bytes: Buffer): number | 'full' | 'gone' {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR') ? 'full' : 'gone'
  }
}
