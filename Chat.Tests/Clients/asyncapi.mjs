// Reads docs/asyncapi.yaml as its specification has it. Writes the document as JSON, with its references as they are; ends with 1 and each error's place and sentence where it has any.
import { readFile } from 'node:fs/promises';
import { Parser } from '@asyncapi/parser';
import { load } from 'js-yaml';
import { readArguments, write } from './client.mjs';

const ERROR = 0;
const { file } = readArguments({ file: { type: 'string' } });
const text = await readFile(file, 'utf8');
const { document, diagnostics } = await new Parser().parse(text);
const errors = diagnostics.filter(({ severity }) => severity === ERROR);
for (const { path, message, code } of errors) console.error(`${path.join('.')}: ${message} (${code})`);
if (errors.length > 0 || !document) process.exit(1);
write(load(text));
