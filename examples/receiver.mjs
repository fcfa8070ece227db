// A customer's server for trying out: answers 204 to what verifies with the npm package `standardwebhooks`, 401 to anything else.
//   PORT=9000 SECRET=whsec_... node examples/receiver.mjs
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.SECRET)

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => answer(request, Buffer.concat(chunks), response))
})
server.listen(Number(process.env.PORT), 'localhost', () => console.log('receiver: listens'))

function answer(request, body, response) {
  try {
    // The bytes as they came: a body that was parsed and written again has another signature.
    webhook.verify(body.toString('utf8'), request.headers)
    console.log(`receiver: verified ${request.headers['webhook-id']} ${body.toString('utf8')}`)
    response.writeHead(204).end()
  } catch (error) {
    console.log(`receiver: refused, ${error.message}`)
    response.writeHead(401).end()
  }
}
