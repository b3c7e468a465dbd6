// The Node host of the interop run: does with the installed package what each line of standard input says. See host.py.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

// The package is the one installed in the working directory, as it is for a user's own program.
const ferroauth = createRequire(pathToFileURL(`${process.cwd()}/`))('ferroauth')

const objects = new Map()
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const isPlain = (value) => [Object.prototype, null].includes(Object.getPrototypeOf(value))
const mapped = (value, one) => Object.fromEntries(Object.entries(value).map(([name, member]) => [name, one(member)]))

/** An argument: plain data, bytes, an earlier object, or a call whose result is meant. */
function given (value) {
  if (Array.isArray(value)) return value.map(given)
  if (value === null || typeof value !== 'object') return value
  if ('$' in value) return objects.get(value.$)
  if ('bytes' in value) return Buffer.from(value.bytes, 'base64')
  if ('make' in value) return call(value.make)
  return mapped(value, given)
}

function call ({ target, method, positional, named }) {
  const settings = Object.fromEntries(Object.entries(named).map(([name, value]) => [camel(name), given(value)]))
  const found = typeof target === 'string' ? ferroauth[target] : objects.get(target.$)
  // Options are plain objects here where Python and PHP have a class for them.
  if (found === undefined && method === 'new') return settings
  const passed = [...positional.map(given), ...(Object.keys(settings).length > 0 ? [settings] : [])]
  if (method === 'new') return new found(...passed) // eslint-disable-line new-cap
  const path = method.split('.').map(camel)
  const owner = path.slice(0, -1).reduce((object, name) => object[name], found)
  return owner[path.at(-1)](...passed)
}

function names (value) {
  const found = new Set(Object.keys(value))
  for (let kind = Object.getPrototypeOf(value); kind !== Object.prototype && kind !== null; kind = Object.getPrototypeOf(kind)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(kind))) if (get !== undefined) found.add(name)
  }
  found.delete('flow')
  return [...found]
}

/** A result as plain data; what is no plain data has its readable members and a handle. */
function shown (value, outermost = true) {
  if (value === null || typeof value !== 'object') return value ?? null
  if (Array.isArray(value)) return value.map((one) => shown(one, outermost))
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (isPlain(value)) return mapped(value, (one) => shown(one, false))
  const members = Object.fromEntries(names(value).map((name) => [snake(name), shown(value[name], false)]))
  // Members of the reply that Python and PHP read from the object itself.
  if ('active' in members) Object.assign(members, members.claims)
  if (outermost) {
    members.$ = `h${objects.size}`
    objects.set(members.$, value)
  }
  return members
}

async function answer (line) {
  try {
    return { value: shown(await call(line)) }
  } catch (error) {
    if (!(error instanceof ferroauth.FerroauthError)) return { broken: error.stack }
    return { error: { code: error.code, class: error.name, oauth_error: error.oauthError ?? null, message: error.message } }
  }
}

for await (const text of createInterface({ input: process.stdin })) {
  const request = JSON.parse(text)
  if ('forget' in request) objects.clear()
  process.stdout.write(JSON.stringify('forget' in request ? {} : await answer(request)) + '\n')
}
