// Prints what loading the named packages, installed in the first argument's directory, cost this fresh process.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [directory, ...names] = process.argv.slice(2)
const load = createRequire(pathToFileURL(`${directory}/`))

function state () {
  const kib = Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  const sockets = readdirSync('/proc/self/fd').filter((fd) => {
    try { return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:') } catch { return false }
  }).length
  return { kib, threads: readdirSync('/proc/self/task').length, sockets }
}

const before = state()
const started = performance.now()
for (const name of names) load(name)
const ms = performance.now() - started
const after = state()
process.stdout.write(JSON.stringify({
  ms, kib: after.kib - before.kib, threads: after.threads - before.threads, sockets: after.sockets - before.sockets
}))
