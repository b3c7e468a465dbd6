// The Node adapter of the shared suite: runs every vector and scenario through the installed package.
//
//     FERROAUTH_INSTALLED=DIR node run.mjs [--list] [FILTER]
//
// DIR is a project that has the package installed. Prints one line per case and `N passed, N failed`. The adapters
// of Rust, Python and PHP have the same shape. With FERROAUTH_CASES, a folder, the cases in it are run instead of the
// suite's: those of the outside judges.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ferroauth } from './objects.mjs'
import { play } from './scenarios.mjs'
import { OPERATIONS } from './vectors.mjs'

const TESTS = new URL('../../', import.meta.url)
const OTHERS = process.env.FERROAUTH_CASES && pathToFileURL(`${process.env.FERROAUTH_CASES}/`)
const read = (path) => JSON.parse(readFileSync(fileURLToPath(new URL(path, TESTS)), 'utf8'))

/** The cases of every file of a folder, in the order of the files' names. */
function load(folder) {
  const place = OTHERS || new URL(`${folder}/`, TESTS)
  const names = readdirSync(place).filter((name) => name.endsWith('.json')).sort()
  return names.flatMap((name) => read(new URL(name, place)).cases ?? [])
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether `found` has everything that `wanted` has; lists must be equal in length. */
function covers(wanted, found) {
  if (isObject(wanted)) {
    return isObject(found) && Object.keys(wanted).every((name) => Object.hasOwn(found, name) && covers(wanted[name], found[name]))
  }
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && wanted.length === found.length && wanted.every((value, index) => covers(value, found[index]))
  }
  return wanted === found
}

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())

/** Compares an exception with the expected code and with its row of the error table. */
function errorDifference(error, expect, rows) {
  const row = rows.get(error.code)
  if (row === undefined) return `${error.code}, which is not in errors.json`
  const found = {
    number: error.number, class: error.constructor.name, category: error.category, status: error.status, retryable: error.retryable,
  }
  const wrong = Object.keys(found).filter((name) => row[name] !== found[name])
  for (const [name, value] of Object.entries(expect.members ?? {})) {
    if ((error[camel(name)] ?? null) !== value) wrong.push(name)
  }
  return wrong.length > 0 || ![error.code, 'any'].includes(expect.error) ? `${error.code} ${wrong} (${error.message})` : null
}

/** What an operation came to, where that is not what is expected; else null. */
function difference(expect, operation, rows) {
  let value
  try {
    value = operation()
  } catch (error) {
    if (!(error instanceof ferroauth.FerroauthError)) throw error
    return errorDifference(error, expect, rows)
  }
  return 'ok' in expect && covers(expect.ok, value) ? null : JSON.stringify(value).slice(0, 300)
}

/** Checks the class of one row of the error table. */
function errorClass(row) {
  const kind = ferroauth[row.class]
  const parent = { ExpiredTokenError: 'TokenError', KeySetNotLoadedError: 'KeySetError' }[row.class] ?? 'FerroauthError'
  return typeof kind === 'function' && kind.prototype instanceof ferroauth[parent] ? null : `no exception ${row.class} below ${parent}`
}

/** Every id with the check that belongs to it. */
function* cases() {
  const table = read('vectors/errors.json').rows
  const rows = new Map(table.map((row) => [row.code, row]))
  if (!OTHERS) {
    const own = ferroauth.errorTable()
    yield ['errors-the-whole-table', () => (own.length === table.length && covers(table, own) ? null : 'another table')]
    for (const row of table) yield [`errors-${row.code}`, () => errorClass(row)]
  }
  for (const { id, operation, given, expect } of load('vectors')) {
    const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : null
    yield [id, () => (run ? difference(expect, () => run(given), rows) : `an unknown operation ${operation}`)]
  }
  for (const scenario of OTHERS ? [] : load('scenarios')) {
    yield [scenario.id, () => play(scenario, (expect, run) => difference(expect, run, rows))]
  }
}

function main(words) {
  if (words.includes('--list')) {
    for (const [id] of cases()) console.log(id)
    return 0
  }
  const wanted = words.find((word) => !word.startsWith('-')) ?? ''
  const lines = []
  let passed = 0
  let failed = 0
  for (const [id, check] of cases()) {
    if (!id.includes(wanted)) continue
    let wrong
    try {
      wrong = check()
    } catch (error) {
      wrong = error.stack.split('\n').slice(0, 3).join(' ')
    }
    if (wrong === null) passed += 1
    else failed += 1
    lines.push(wrong === null ? `ok ${id}` : `not ok ${id} got ${wrong}`)
  }
  console.log(`${lines.join('\n')}\n${passed} passed, ${failed} failed`)
  return passed > 0 && failed === 0 ? 0 : 1
}

process.exitCode = main(process.argv.slice(2))
