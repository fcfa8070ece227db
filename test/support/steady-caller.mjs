// Calls an address every 50 ms, whether or not it has answered the call before, and tells how long each of them took, and what came of those
// that were not answered with 202: the quickest of all answers is a refusal.
import { request, Agent } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const agent = new Agent({ keepAlive: true })
const waits = []
const refusals = []
const underWay = new Set()

function call() {
  const from = performance.now()
  const answered = new Promise((resolve) => {
    const sent = request(workerData.url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    sent.once('error', (error) => resolve(error.message)).end('{"id":1}')
  }).then((came) => {
    if (came === 202) waits.push(performance.now() - from)
    else refusals.push(came)
    underWay.delete(answered)
  })
  underWay.add(answered)
}

const timer = setInterval(call, 50)
parentPort.once('message', () => {
  clearInterval(timer)
  void Promise.all(underWay).then(() => parentPort.postMessage({ waits, refusals }))
})
