// A provider on a free loopback port, as a child process of a test: one line of JSON on standard output when it is ready, one line
// per answered request on standard error. It ends on SIGTERM, and by itself when its parent is gone or after 20 minutes: no run leaves one behind.
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

const LIFETIME_MS = 20 * 60 * 1000

/** The redirect URIs to register and what else was said on the command line. */
export function commandLine (more = {}) {
  const { values } = parseArgs({
    options: {
      redirect: { type: 'string', multiple: true, default: [] },
      parent: { type: 'string', default: String(process.ppid) },
      ...more
    }
  })
  return { ...values, redirectUris: ['http://127.0.0.1:8765/callback', ...values.redirect.filter((uri) => uri !== 'http://127.0.0.1:8765/callback')] }
}

/** Listens, asks `start(issuer)` for {facts, provider}, answers with the provider and prints the facts. */
export function serve (values, start) {
  // The library's notices about its development forms are for its operators, and ours must not end up in the reader's JSON line.
  console.info = console.warn = console.error
  const server = createServer()
  server.listen(0, '127.0.0.1', async () => {
    const issuer = `http://127.0.0.1:${server.address().port}`
    const { facts, provider } = await start(issuer)
    server.on('request', logged(provider.callback()))
    provider.on('server_error', (_ctx, error) => process.stderr.write(`server error: ${error.stack}\n`))
    provider.on('backchannel.error', (_ctx, error) => process.stderr.write(`logout token: ${error.stack} ${error.cause?.stack}\n`))
    process.stdout.write(JSON.stringify({ software: 'oidc-provider', issuer, pid: process.pid, ...facts }) + '\n')
  })
  const parent = Number(values.parent)
  setInterval(() => {
    try { process.kill(parent, 0) } catch { process.exit(0) }
  }, 1000)
  setTimeout(() => process.exit(0), LIFETIME_MS)
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
}

/** The listener, which says on standard error what it answered. */
export function logged (answer) {
  return (request, response) => {
    response.on('finish', () => process.stderr.write(`${request.method} ${request.url.split('?')[0]} ${response.statusCode}\n`))
    answer(request, response)
  }
}
