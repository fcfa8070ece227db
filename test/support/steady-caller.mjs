// Calls an address every 50 ms, whether or not it has answered the call before, and tells from when to when each of them waited, and what came of those
// that were not answered with 202: the quickest of all answers is a refusal.
import { request, Agent } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const agent = new Agent({ keepAlive: true })
/** The machine's monotonic clock, which all its processes share. */
const nowMs = () => Number(process.hrtime.bigint()) / 1e6
const waits = []
const refusals = []
const underWay = new Set()

function call() {
  const from = nowMs()
  const answered = new Promise((resolve) => {
    const sent = request(workerData.url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    sent.once('error', (error) => resolve(error.message)).end('{"id":1}')
  }).then((came) => {
    if (came === 202) waits.push([from, nowMs()])
    else refusals.push(came)
    underWay.delete(answered)
  })
  underWay.add(answered)
}

const timer = setInterval(call, 50)
// Once at least, however short what goes on meanwhile is.
call()
parentPort.postMessage('calling')
parentPort.once('message', () => {
  clearInterval(timer)
  void Promise.all(underWay).then(() => parentPort.postMessage({ waits, refusals }))
})
