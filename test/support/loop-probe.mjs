// Loaded into the program before it starts (`node --import`): tells how long one turn of its event loop has kept the processor.
// Processor time of the thread, not time: a machine that gives the program no processor is no fault of the program.
import { createServer } from 'node:http'
import { isMainThread } from 'node:worker_threads'

if (process.env.LOOP_PROBE && isMainThread) {
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let last = cpuMs()
  let longest = 0
  setInterval(() => {
    const now = cpuMs()
    longest = Math.max(longest, now - last)
    last = now
  }, 1).unref()

  /** Answers the longest turn in ms since it was asked before. */
  const server = createServer((_, response) => {
    response.end(String(Math.max(longest, cpuMs() - last)))
    longest = 0
  }).listen(0, '127.0.0.1', () => process.stdout.write(`loop probe on ${server.address().port}\n`))
  server.unref()
}
