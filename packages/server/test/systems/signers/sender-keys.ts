import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { generate } from 'selfsigned'

const keySet = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signing = await generate([{ name: 'commonName', value: 'sender.test' }], { keyType: 'rsa', keySize: 2048, algorithm: 'sha256' })

/** The keys of senders that let receivers fetch the public halves. */
export const senderKeys = {
  certified: { privateKey: createPrivateKey(signing.private), pem: signing.cert },
  keySet: {
    privateKey: keySet.privateKey,
    kid: 'key-1',
    json: { keys: [{ ...keySet.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' }] },
  },
}
