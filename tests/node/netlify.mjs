// What Netlify's own reader makes of a _headers file: `node netlify.mjs FILE < ["/address", …]` prints the headers of
// each address, as Netlify's own tools put them together.
import { readFileSync } from 'node:fs'
import { parseAllHeaders } from '@netlify/headers-parser'

const addresses = JSON.parse(readFileSync(0, 'utf8'))
const { headers, errors } = await parseAllHeaders({ headersFiles: [process.argv[2]], configHeaders: [], minimal: false })
const found = addresses.map((address) => {
  const matching = headers.filter(({ forRegExp }) => forRegExp.test(address)).map(({ values }) => values)
  return [address, Object.assign({}, ...matching)]
})
console.log(JSON.stringify({ errors: errors.map(String), rules: headers.length, found: Object.fromEntries(found) }))
