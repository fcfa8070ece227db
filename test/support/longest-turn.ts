/**
 * The longest turn of the event loop while something is done, in milliseconds of this thread's processor time: how busy the machine is
 * with other things does not matter.
 */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
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
