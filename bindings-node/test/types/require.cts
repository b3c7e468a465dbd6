// The types as a CommonJS module sees them.

import ferroauth = require('ferroauth')
import { Client, Service } from 'ferroauth'

const service: ferroauth.Service = Service.preset('frappe', { baseUrl: 'https://erp.example.com' })
const client: ferroauth.Client = new Client(service, { clientId: 'a' })
const error: typeof ferroauth.TokenError = ferroauth.TokenError
const version: string = ferroauth.version
// @ts-expect-error there is no default export
ferroauth.default
