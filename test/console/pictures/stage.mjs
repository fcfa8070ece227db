// Loaded before the program when pictures are made. The story is a day long, its receivers have names that nobody owns (`.example`),
// and neither the machine's clock nor its names are touched: this process alone sees another time, and meets the receivers at one port.
import { readFileSync } from 'node:fs'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import workers from 'node:worker_threads'

const clockFile = process.env.STAGE_CLOCK
const port = Number(process.env.STAGE_PORT)
const machine = Date.now
const StagedDate = class extends Date {
  constructor(...parts) {
    super(...(parts.length === 0 ? [StagedDate.now()] : parts))
  }
  static now = () => machine() + offset
}
let offset = readOffset()
globalThis.Date = StagedDate
setInterval(() => (offset = readOffset()), 20).unref()

function readOffset() {
  return Number(readFileSync(clockFile, 'utf8') || offset || 0)
}

const lookup = dns.promises.lookup
dns.promises.lookup = async (name, options) => {
  if (name === 'old.partner.example') throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
  return name.endsWith('.example') ? [{ address: '127.0.0.1', family: 4 }] : lookup(name, options)
}
const connect = net.connect
net.connect = (options, ...rest) => connect(options.port === 443 ? { ...options, port } : options, ...rest)

// Its threads are given an environment of their own, and live in the same time.
const { Worker } = workers
workers.Worker = class extends Worker {
  constructor(program, options) {
    const { STAGE_CLOCK, STAGE_PORT } = process.env
    super(program, { ...options, env: { ...options?.env, STAGE_CLOCK, STAGE_PORT }, execArgv: ['--import', import.meta.url] })
  }
}
syncBuiltinESMExports()
