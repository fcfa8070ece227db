import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { systemClock } from './clock.ts'
import { LineWriter } from './line-writer.ts'
import { createFakeClock } from './testing/fake-clock.ts'

const script = (body: string) => `
  import { systemClock } from ${JSON.stringify(fileURLToPath(new URL('clock.ts', import.meta.url)))}
  import { LineWriter } from ${JSON.stringify(fileURLToPath(new URL('line-writer.ts', import.meta.url)))}
  const writer = new LineWriter({ clock: systemClock })
  ${body}`

const nodeArguments = (body: string) => ['--input-type=module-typescript', '-e', script(body)]

describe('the line writer', () => {
  it('writes lines whole and in order, and what is left at the end with flush', () => {
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-log-'))
    const path = join(folder, 'out')
    writeFileSync(path, 'before\n')
    const writer = new LineWriter({ clock: systemClock, path })
    for (let i = 0; i < 1_000; i++) writer.write(`line ${i} ä\n`)
    writer.flush()
    writer.write('last\n')
    writer.close()
    expect(readFileSync(path, 'utf8')).toBe(`before\n${Array.from({ length: 1_000 }, (_, i) => `line ${i} ä\n`).join('')}last\n`)
    expect(writer.dropped).toBe(0)
    rmSync(folder, { recursive: true })
  })

  it.runIf(existsSync('/dev/full'))(
    'F4: a full disk is waited out as a reader who is behind: nothing is dropped that finds room',
    async () => {
      const clock = createFakeClock()
      const writer = new LineWriter({ clock, path: '/dev/full', bytesMax: 12 })
      writer.write('first line\n')
      writer.flush()
      await clock.run(1000)
      writer.write('second\n')
      expect(writer.dropped).toBe(0)
      writer.write('too much\n')
      expect(writer.dropped).toBe(1)
      writer.close()
    },
  )

  it.each(['a pipe', 'a socket'])('F34: drops lines and does not stall when nobody reads %s, and the process can end', async (output) => {
    const body = `
      const line = 'x'.repeat(1023) + '\\n'
      let longest = 0
      for (let i = 0; i < 100; i++) {
        const begun = performance.now()
        for (let j = 0; j < 100; j++) writer.write(line)
        await new Promise((resolve) => setImmediate(resolve))
        longest = Math.max(longest, performance.now() - begun)
      }
      process.send({ dropped: writer.dropped, longest }, () => process.exit(0))`
    // Node gives its children sockets, shells give pipes; the reader of this one only sleeps.
    const child =
      output === 'a socket'
        ? spawn(process.execPath, nodeArguments(body), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
        : spawn(
            'bash',
            [
              '-c',
              'exec 9> >(exec sleep 20); reader=$!; "$@" >&9; code=$?; kill $reader; exit $code',
              'bash',
              process.execPath,
              ...nodeArguments(body),
            ],
            { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
          )
    child.stdout?.pause()
    const message = await new Promise<{ dropped: number; longest: number }>((resolve) =>
      child.once('message', (value) => resolve(value as never)),
    )
    expect(message.dropped).toBeGreaterThan(8_000)
    expect(message.longest).toBeLessThan(1_000)
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  })

  it('F34: says how many lines were dropped when the reader is back, and keeps each line whole', async () => {
    const body = `
      for (let i = 0; i < 3_000; i++) writer.write(JSON.stringify({ i, pad: 'x'.repeat(1000) }) + '\\n')
      const full = writer.dropped
      process.send(full)
      process.once('message', () => { writer.write('{"last":true}\\n'); setTimeout(() => { writer.flush(); process.exit(0) }, 300) })`
    const child = spawn(process.execPath, nodeArguments(body), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    const dropped = await new Promise<number>((resolve) => child.once('message', resolve))
    let text = ''
    child.stdout!.setEncoding('utf8').on('data', (data: string) => {
      text += data
      if (text.includes('log.lines.dropped') && child.connected) child.send('go on')
    })
    await new Promise((resolve) => child.stdout!.once('close', resolve))
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(dropped).toBeGreaterThan(1_000)
    expect(lines.find(({ event }) => event === 'log.lines.dropped')).toMatchObject({ level: 'warn', count: dropped })
    expect(lines.at(-1)).toEqual({ last: true })
    expect(lines.filter(({ i }) => i !== undefined)).toHaveLength(3_000 - dropped)
  })
})
