/**
 * The longest turn of the event loop while something is done, in milliseconds of this thread's processor time: how busy the machine is
 * with other things does not matter. Of what can be done several times it is the least of three: a collection of garbage falls into
 * some turn of one of them, and is not what is asked for.
 */
export async function longestTurnMs(work: () => Promise<unknown>, { times = 1 }: { readonly times?: 1 | 3 } = {}): Promise<number> {
  let least = Infinity
  for (let i = 0; i < times; i++) least = Math.min(least, await longestOf(work))
  return least
}

async function longestOf(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let running = true
  let last = process.threadCpuUsage()
  const look = () => {
    const now = process.threadCpuUsage()
    longest = Math.max(longest, now.user + now.system - last.user - last.system)
    last = now
    if (running) setImmediate(look)
  }
  setImmediate(look)
  await work().finally(() => (running = false))
  look()
  return longest / 1000
}
