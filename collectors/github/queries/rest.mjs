// Checks every REST call of rest.txt against GitHub's published OpenAPI
// descriptions: of github.com, and of each Enterprise Server that is there. For
// development:
//   npm install @octokit/openapi@23.0.2     (in any folder)
//   cd THAT_FOLDER && node PATH/TO/queries/rest.mjs
import fs from 'fs';
import path from 'path';
import { fileURLToPath } from 'url';

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = 'node_modules/@octokit/openapi/generated';
const documents = fs.readdirSync(folder).filter(f => /^(api\.github\.com|ghec|ghes-[\d.]+)\.json$/.test(f));
if (!documents.includes('api.github.com.json')) throw new Error('the description of api.github.com is missing');
const calls = fs.readFileSync(path.join(here, 'rest.txt'), 'utf8').split('\n').filter(l => l && !l.startsWith('#'));
let bad = 0;
for (const file of documents) {
  const api = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  const resolve = x => x.$ref ? x.$ref.slice(2).split('/').reduce((o, k) => o[k], api) : x;
  for (const call of calls) {
    const [, method, at, query] = /^([A-Z]+) (\/[^?]*)(?:\?(.*))?$/.exec(call) ?? [];
    const item = api.paths[at] ?? {};
    const operation = item[(method ?? '').toLowerCase()];
    const fault = text => { bad++; console.log(`${file}: ${call}: INVALID: ${text}`); };
    if (!operation) { fault('there is no such call'); continue; }
    if (operation.deprecated) fault('it is deprecated');
    const known = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve).filter(p => p.in === 'query');
    const sent = query ? query.split('&') : [];
    for (const name of sent) {
      const p = known.find(p => p.name === name);
      if (!p) fault(`it has no parameter ${name}`);
      else if (p.deprecated) fault(`its parameter ${name} is deprecated`);
    }
    for (const p of known) if (p.required && !sent.includes(p.name)) fault(`it needs the parameter ${p.name}`);
  }
}
console.log(`${calls.length} calls in ${documents.length} descriptions, ${bad} invalid`);
process.exit(bad || calls.length === 0 ? 1 : 0);
