// Checks every query against GitHub's published schema. For development:
//   npm install graphql@16 @octokit/graphql-schema@15.26.1     (in any folder)
//   cd THAT_FOLDER && node PATH/TO/queries/validate.mjs
// Names that the published schema does not have yet are listed one by one.
import fs from 'fs';
import path from 'path';
import { createRequire } from 'module';
import { fileURLToPath } from 'url';

const require = createRequire(process.cwd() + '/package.json');
const { buildSchema, parse, validate } = require('graphql');
const here = path.dirname(fileURLToPath(import.meta.url));
// The published file defines two fields twice: assumeValidSDL passes over that.
const schema = buildSchema(fs.readFileSync('node_modules/@octokit/graphql-schema/schema.graphql', 'utf8'), { assumeValidSDL: true });
const newer = {
  'board_history.graphql': ['PROJECT_V2_ITEM_STATUS_CHANGED_EVENT', 'ProjectV2ItemStatusChangedEvent'], // October 2025, asked for by __type first
};
// As document() in queries.go does: what is checked is what is sent.
const asSent = text => text.split('\n').filter(l => !l.startsWith('#')).join('\n');
let bad = 0;
const files = fs.readdirSync(here).filter(f => f.endsWith('.graphql')).map(f => path.join(here, f));
const testdata = path.join(here, '..', 'testdata'); // what a Go test compares with what is put together
files.push(...fs.readdirSync(testdata).filter(f => f.endsWith('.graphql')).map(f => path.join(testdata, f)));
for (const file of files) {
  const name = path.basename(file);
  for (const e of validate(schema, parse(asSent(fs.readFileSync(file, 'utf8'))))) {
    const known = (newer[name] ?? []).find(n => e.message.includes(n));
    console.log(`${name}: ${known ? 'newer than the schema' : 'INVALID'}: ${e.message}`);
    if (!known) bad++;
  }
}
console.log(`${files.length} documents, ${bad} invalid`);
process.exit(bad ? 1 : 0);
