// Joins index.js and lib/*.js of a package into one index.js: Node needs half a millisecond to find and open each file,
// which for fourteen of them is most of what loading the package costs.
//
//   node bundle.mjs PACKAGE_DIR
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'

const [root] = process.argv.slice(2)
const names = readdirSync(`${root}/lib`).filter((name) => name.endsWith('.js'))
const part = (name, file) => `  '${name}'(module, require) {\n${readFileSync(`${root}/${file}`, 'utf8').trimEnd()}\n  },\n`

writeFileSync(`${root}/index.js`, `'use strict'

// Made from the files of bindings-node by its bundle.mjs.

const files = {
${names.map((name) => part(name, `lib/${name}`)).join('')}${part('index', 'index.js')}}
const modules = new Map()

function load(path) {
  const name = path.slice(path.lastIndexOf('/') + 1)
  // What is no file of ours is Node's, or the extension, which lib/ has above it.
  if (!Object.hasOwn(files, name)) return require(path.replace('../', './'))
  let module = modules.get(name)
  if (!module) {
    modules.set(name, (module = { exports: {} }))
    files[name](module, load)
  }
  return module.exports
}

module.exports = load('index')
`)
for (const name of names) rmSync(`${root}/lib/${name}`)
