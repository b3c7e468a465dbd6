// The host carries the traffic itself: the same operations, step by step, here with fetch.
//
//   ISSUER=https://idp.example.com CLIENT_ID=abc CLIENT_SECRET=.. node host_driven.mjs

import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Service } from 'ferroauth'

/** Carries one request: { method, url, headers, body, timeoutMs } to { status, headers, body }. */
async function send({ method, url, headers, body, timeoutMs }) {
  console.log(method, url.split('?')[0])
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal })
    return { status: response.status, headers: response.headers, body: await response.arrayBuffer() }
  } catch (error) {
    return { failure: error.name === 'TimeoutError' ? 'timeout' : 'connect' }
  }
}

/** Runs a flow to its end. */
async function carry(flow) {
  let step = flow.advance()
  while (!step.done) {
    if (step.http) {
      step = flow.advance(await send(step.http))
    } else {
      await sleep(step.sleep)
      step = flow.advance()
    }
  }
  return step.result
}

const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET } = process.env
const service = await carry(Service.flow.discover(ISSUER))
const client = new Client(service, { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET })
const tokens = await carry(client.flow.clientCredentials())
console.log('a token for', tokens.scopes.join(' ') || 'no scope')
console.log('active:', (await carry(client.flow.introspect(tokens.accessToken))).active)
await carry(client.flow.revoke(tokens.accessToken))
console.log('active:', (await carry(client.flow.introspect(tokens.accessToken))).active)
