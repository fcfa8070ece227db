import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Clock, Timer } from './clock.ts'

export interface LineWriterOptions {
  readonly clock: Clock
  /** Where to write instead of standard output. */
  readonly path?: string
  readonly bytesMax?: number
}

const BYTES_MAX = 1024 * 1024
const RETRY_MS = 50
/** A pipe takes so many as one piece, also where other processes write into it: lines are not torn. */
const PIECE_BYTES = 4096
const STDOUT = 1
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK

/**
 * Writes lines to standard output without ever waiting for whoever reads it. A log nobody drains must not stop the work: what does
 * not fit into the buffer is dropped and counted, and one line tells how many when the reader is back.
 *
 *   still   --write()--> due        flushed at the end of this turn of the event loop
 *   due     --all was taken--> still
 *           --the reader is behind, or the disk is full--> blocked --a moment later--> due
 *   any     --the reader is gone, or close()--> ended: every further line is dropped
 *
 * What must hold: while anything is buffered a flush is due or the writer is blocked, unless it has ended; what the output took only a part
 * of (`#rest`) goes before any line.
 */
export class LineWriter {
  readonly #clock: Clock
  readonly #bytesMax: number
  readonly #fd: number
  #mode: 'still' | 'due' | 'blocked' | 'ended' = 'still'
  #lines: string[] = []
  #buffered = 0
  /** What the output took only a part of. */
  #rest: Buffer | undefined
  #dropped = 0
  #unreported = 0
  #retry: Timer | undefined

  constructor({ clock, path, bytesMax = BYTES_MAX }: LineWriterOptions) {
    this.#clock = clock
    this.#bytesMax = bytesMax
    this.#fd = path === undefined ? openStdout() : openSync(path, FLAGS)
  }

  /** Lines dropped since the beginning. */
  get dropped(): number {
    return this.#dropped
  }

  /** Takes a line with its newline. */
  write(line: string): void {
    if (this.#mode === 'ended' || this.#buffered + line.length > this.#bytesMax) {
      this.#dropped++
      this.#unreported++
      return
    }
    this.#keep(line)
    if (this.#mode !== 'still') return
    this.#mode = 'due'
    setImmediate(this.#flushDue)
  }

  /** Writes what can be written at once; called before the process ends. */
  flush(): void {
    this.#retry?.cancel()
    this.#retry = undefined
    while (this.#mode !== 'ended' && (this.#rest !== undefined || this.#lines.length > 0)) {
      const state = this.#writeSome()
      if (state === 'gone') {
        this.#mode = 'ended'
        return
      }
      if (state === 'full') {
        this.#mode = 'blocked'
        this.#retry = this.#clock.after(RETRY_MS, this.#flushDue)
        return
      }
    }
    if (this.#mode !== 'ended') this.#mode = 'still'
  }

  close(): void {
    this.flush()
    this.#retry?.cancel()
    this.#mode = 'ended'
    if (this.#fd !== STDOUT) closeSync(this.#fd)
  }

  readonly #flushDue = (): void => this.flush()

  /** What the output took only a part of before, else all lines. */
  #writeSome(): 'full' | 'gone' | 'taken' {
    const bytes = (this.#rest ??= this.#takePiece())
    const written = tryWrite(this.#fd, bytes)
    if (typeof written === 'string') return written
    this.#rest = written < bytes.length ? bytes.subarray(written) : undefined
    if (this.#rest === undefined && this.#lines.length === 0) this.#reportDropped()
    return 'taken'
  }

  /** Whole lines, and one at least. */
  #takePiece(): Buffer {
    let count = 0
    let bytes = 0
    for (const line of this.#lines) {
      bytes += Buffer.byteLength(line)
      if (count > 0 && bytes > PIECE_BYTES) break
      this.#buffered -= line.length
      count++
    }
    return Buffer.from(this.#lines.splice(0, count).join(''))
  }

  #reportDropped(): void {
    if (this.#unreported === 0) return
    const count = this.#unreported
    this.#unreported = 0
    this.#keep(`{"level":"warn","time":"${new Date(this.#clock.now()).toISOString()}","event":"log.lines.dropped","count":${count}}\n`)
  }

  #keep(line: string): void {
    this.#buffered += line.length
    this.#lines.push(line)
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

/** A reader who is behind, or a disk without room: both may go on in a moment. */
const PASSING = ['EAGAIN', 'EINTR', 'ENOSPC', 'EDQUOT']

/** How many bytes were taken; `full` if none are at present, `gone` if none ever will be. */
function tryWrite(fd: number, bytes: Buffer): number | 'full' | 'gone' {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    return error instanceof Error && 'code' in error && PASSING.includes(String(error.code)) ? 'full' : 'gone'
  }
}
