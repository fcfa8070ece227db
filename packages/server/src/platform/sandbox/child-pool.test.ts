import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { systemClock, type Clock } from '../clock.ts'
import { createChildPool } from './child-pool.ts'
import { processorMsOf } from './processor-time.ts'
import { programBeside } from './program-beside.ts'
import type { TrialJob } from './trial-process.ts'

const program = programBeside('./trial-process', import.meta.url)
/** On a busy machine no child is given up for the processor time that it did not get: the answer is what is waited for. */
const patientClock: Clock = { ...systemClock, monotonic: () => 0 }
const trialPool = (options: { processes?: number; queueMax?: number; cpuMs?: number } = {}) =>
  createChildPool<TrialJob, unknown>({ clock: patientClock, program, ...options })

describe('pool of child processes', { timeout: 600_000 }, () => {
  it('answers with what the program answers, bytes as bytes', async () => {
    await using pool = trialPool()
    const bytes = Buffer.alloc(10 * 1024 * 1024, 7)
    const answered = await pool.run({ kind: 'echo', value: { bytes, big: 12n } }, { owner: 'app' })
    const { answer } = answered as { answer: { bytes: Uint8Array; big: bigint } }
    expect(answer.big).toBe(12n)
    expect(Buffer.compare(answer.bytes, bytes)).toBe(0)
  })

  it('ends a job at its limit of processor time', async () => {
    await using pool = trialPool({ processes: 1, cpuMs: 50 })
    expect(await pool.run({ kind: 'spin' }, { owner: 'app' })).toMatchObject({ ok: false, code: 'timeout' })
  })

  it('says where a job was that did not end well', async () => {
    await using short = trialPool({ processes: 1, cpuMs: 50 })
    expect(await short.run({ kind: 'spin' }, { owner: 'app' })).toMatchObject({ code: 'timeout', place: 'spin' })
    await using pool = trialPool({ processes: 1, cpuMs: 20_000 })
    expect(await pool.run({ kind: 'fill' }, { owner: 'app' })).toMatchObject({ code: 'memory_limit', place: 'fill' })
    expect(await pool.run({ kind: 'end' }, { owner: 'app' })).toMatchObject({ code: 'crashed', place: 'end' })
  })

  it('tells a full heap from a program that throws or ends, and works on after each', async () => {
    await using pool = trialPool({ processes: 1, cpuMs: 20_000 })
    expect(await pool.run({ kind: 'fill' }, { owner: 'app' })).toMatchObject({ ok: false, code: 'memory_limit' })
    expect(await pool.run({ kind: 'throw' }, { owner: 'app' })).toMatchObject({ ok: false, code: 'crashed', message: 'thrown' })
    expect(await pool.run({ kind: 'end' }, { owner: 'app' })).toMatchObject({ ok: false, code: 'crashed' })
    const uncopied = { kind: 'echo', value: () => 1 } as const
    expect(await pool.run(uncopied, { owner: 'app' })).toMatchObject({ ok: false, code: 'crashed' })
    expect(await pool.run({ kind: 'echo', value: 1 }, { owner: 'app' })).toEqual({ ok: true, answer: 1 })
  })

  it("works on through signals that are the parent's, and gives the job of a child that was killed to another, once", async () => {
    await using pool = trialPool({ processes: 1, cpuMs: 20_000 })
    const { answer: first } = (await pool.run({ kind: 'who' }, { owner: 'app' })) as { answer: number }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      expect(await pool.run({ kind: 'signal', signal }, { owner: 'app' })).toEqual({ ok: true, answer: first })
    const again = await pool.run({ kind: 'signal', signal: 'SIGKILL', only: first }, { owner: 'app' })
    expect(again).toEqual({ ok: true, answer: expect.any(Number) })
    expect(again).not.toMatchObject({ answer: first })
    // Nothing is wrong with the job, but it cannot be done either.
    expect(await pool.run({ kind: 'signal', signal: 'SIGKILL' }, { owner: 'app' })).toMatchObject({ ok: false, code: 'unavailable' })
    expect(await pool.run({ kind: 'echo', value: 1 }, { owner: 'app' })).toEqual({ ok: true, answer: 1 })
  })

  it('gives a job that was handed to a dead child to another', async () => {
    await using pool = trialPool({ processes: 1 })
    const { answer: pid } = (await pool.run({ kind: 'who' }, { owner: 'app' })) as { answer: number }
    process.kill(pid, 'SIGKILL')
    expect(await pool.run({ kind: 'echo', value: 1 }, { owner: 'app' })).toEqual({ ok: true, answer: 1 })
  })

  it.skipIf(process.platform !== 'linux')('starts another child for one that is ended from outside while it starts', async () => {
    await using pool = trialPool({ processes: 1 })
    const answered = pool.run({ kind: 'echo', value: 1 }, { owner: 'app' })
    // Nothing that it says has been heard yet.
    const starting = ownChildren()
    expect(starting).toHaveLength(1)
    process.kill(starting[0]!, 'SIGKILL')
    expect(await answered).toEqual({ ok: true, answer: 1 })
  })

  it('answers where each start is ended from outside, for a minute', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-'))
    const ended = join(folder, 'ended.mjs')
    writeFileSync(ended, "process.kill(process.pid, 'SIGKILL')")
    const began = performance.now()
    // Each millisecond is a second.
    const clock = { ...systemClock, monotonic: () => (performance.now() - began) * 1000 }
    await using pool = createChildPool<TrialJob, unknown>({ clock, program: ended })
    const answers = [1, 2].map((value) => pool.run({ kind: 'echo', value }, { owner: 'app' }))
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ ok: false, code: 'unavailable' })
    rmSync(folder, { recursive: true })
  })

  it('holds no child back where no other can be started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-'))
    const passing = join(folder, 'passing.mjs')
    writeFileSync(passing, `import ${JSON.stringify(pathToFileURL(program).href)}`)
    await using pool = createChildPool<TrialJob, unknown>({ clock: patientClock, program: passing })
    const owner = 'bomber'
    expect(await pool.run({ kind: 'spin' }, { owner })).toMatchObject({ ok: false, code: 'timeout' })
    // Of two that are ready one works, and ends.
    expect(await pool.run({ kind: 'echo', value: 1 }, { owner })).toEqual({ ok: true, answer: 1 })
    rmSync(folder, { recursive: true })
    expect(await pool.run({ kind: 'end' }, { owner })).toMatchObject({ ok: false, code: 'crashed' })
    expect(await pool.run({ kind: 'echo', value: 2 }, { owner })).toEqual({ ok: true, answer: 2 })
  })

  it('answers rather than waits when its queue is full, when no child starts, and when it stops', async () => {
    // Each function by itself, as whoever wraps a pool hands them on.
    const { run, stop } = trialPool({ processes: 1, queueMax: 2 })
    const answers = [1, 2, 3].map((value) => run({ kind: 'echo', value }, { owner: 'app' }))
    expect(await answers[2]).toMatchObject({ ok: false, code: 'overloaded' })
    await stop()
    expect(await answers[0]).toMatchObject({ ok: false, code: 'stopping' })
    expect(await run({ kind: 'echo', value: 1 }, { owner: 'app' })).toMatchObject({ ok: false, code: 'stopping' })
    await using without = createChildPool<TrialJob, unknown>({ clock: systemClock, program: `${program}.absent` })
    expect(await without.run({ kind: 'echo', value: 1 }, { owner: 'app' })).toMatchObject({ ok: false, code: 'unavailable' })
  })

  it('leaves its children no environment, no files, no threads, and no code from text', async () => {
    await using pool = trialPool()
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-'))
    const secretFile = join(folder, 'master.key')
    writeFileSync(secretFile, 'a key')
    const denied = 'ERR_ACCESS_DENIED'
    expect(await pool.run({ kind: 'confined', secretFile }, { owner: 'app' })).toEqual({
      ok: true,
      answer: {
        globals: [],
        code: 'refused',
        prototype: 'refused',
        read: [denied, denied],
        thread: denied,
        write: denied,
        spawn: denied,
      },
    })
    rmSync(folder, { recursive: true })
  })

  it.skipIf(process.platform !== 'linux')('leaves no child behind: one in an endless loop ends when its parent is killed', async () => {
    const parent = fork(programBeside('./trial-parent-process', import.meta.url))
    const [pid] = (await once(parent, 'message')) as [number]
    try {
      const before = processorMsOf(pid)
      await vi.waitFor(() => expect(processorMsOf(pid)).toBeGreaterThan(before + 200), { timeout: 60_000 })
      parent.kill('SIGKILL')
      await vi.waitFor(() => expect(isGone(pid)).toBe(true), { timeout: 60_000, interval: 100 })
    } finally {
      if (!isGone(pid)) process.kill(pid, 'SIGKILL')
    }
  })
})

/** The pids of this process's own trials. */
function ownChildren(): number[] {
  const isOwn = (pid: number) => {
    try {
      const [, ppid] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      return Number(ppid) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('trial-process')
    } catch {
      // It has ended meanwhile.
      return false
    }
  }
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isOwn(pid))
}

/** Ended, whether or not anybody has asked how. */
function isGone(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}
