import { parentPort, workerData } from 'node:worker_threads'

/**
 * A thread beside a child's program, which may be in a loop that hears nothing: it ends the process once its parent is gone. Then
 * nobody counts the child's processor time any more, and it would compete with the parent's next life for as long as its job takes.
 */
const LOOK_MS = 500

setInterval(() => {
  // An orphan belongs to another process.
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, LOOK_MS)
parentPort?.postMessage('watching')
