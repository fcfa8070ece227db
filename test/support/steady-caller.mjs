// Calls an address every 50 ms, whether or not it has answered the call before, and tells how long each of them took.
import { request, Agent } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const agent = new Agent({ keepAlive: true })
const waits = []
const underWay = new Set()

function call() {
  const from = performance.now()
  const answered = new Promise((resolve) => {
    const sent = request(workerData.url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume().once('end', resolve)
    })
    sent.once('error', resolve).end('{"id":1}')
  }).then(() => {
    waits.push(performance.now() - from)
    underWay.delete(answered)
  })
  underWay.add(answered)
}

const timer = setInterval(call, 50)
parentPort.once('message', () => {
  clearInterval(timer)
  void Promise.all(underWay).then(() => parentPort.postMessage(waits))
})
