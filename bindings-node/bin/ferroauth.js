#!/usr/bin/env node
'use strict'

// The command `ferroauth`: looks at tokens, verifies them, makes keys and publishes them.

const { status, output, complaint } = require('../index.js')._command(process.argv.slice(2))
process.stdout.write(output)
process.stderr.write(complaint)
process.exitCode = status
