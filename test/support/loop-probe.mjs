// Loaded into the program before it starts (`node --import`): tells how long one turn of its event loop has kept the processor, and how
// much processor time its turns have used between two moments.
// Processor time of the thread, not time: a machine that gives the program no processor is no fault of the program.
import { createServer } from 'node:http'
import { isMainThread } from 'node:worker_threads'

if (process.env.LOOP_PROBE && isMainThread) {
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  /** The machine's monotonic clock, which all its processes share. */
  const nowMs = () => Number(process.hrtime.bigint()) / 1e6
  let last = cpuMs()
  let longest = 0
  /** Processor time used, at moments between two turns. */
  let moments = [[nowMs(), last]]
  setInterval(() => {
    const now = cpuMs()
    longest = Math.max(longest, now - last)
    last = now
    moments.push([nowMs(), now])
  }, 1).unref()

  /** Processor time that had been used at a moment. Within a turn it is supposed to have been used evenly. */
  const usedAt = (moment) => {
    let [low, high] = [0, moments.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (moments[middle][0] <= moment) low = middle
      else high = middle - 1
    }
    const [from, used] = moments[low]
    const [to, then] = moments[low + 1] ?? [nowMs(), cpuMs()]
    return used + (then - used) * Math.min(1, Math.max(0, (moment - from) / (to - from || 1)))
  }

  const answerUsed = async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const spans = JSON.parse(Buffer.concat(chunks).toString())
    response.end(JSON.stringify(spans.map(([from, to]) => usedAt(to) - usedAt(from))))
    moments = moments.slice(-1)
  }

  /** GET: the longest turn in ms since it was asked before. POST of spans of time: the processor time that was used in each of them. */
  const server = createServer((request, response) => {
    if (request.method === 'POST') return void answerUsed(request, response)
    response.end(String(Math.max(longest, cpuMs() - last)))
    longest = 0
  }).listen(0, '127.0.0.1', () => process.stdout.write(`loop probe on ${server.address().port}\n`))
  server.unref()
}
