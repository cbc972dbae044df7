// The genuine validator and formatter behind JSON lines: {"op": "lint" | "format", "schema": text} in, {"result": …} or
// {"error": …} out. Its one argument is the folder where the engine is installed. Only the language's own module is
// loaded, so that it starts at once; the formatter wants its file's name as a URL, or it gives the text back unchanged.
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const folder = path.resolve(process.argv[2]);
const psl = createRequire(path.join(folder, 'oracle.mjs'))('@prisma/prisma-schema-wasm');
const layout = JSON.stringify({
  textDocument: { uri: 'file:///schema.prisma' },
  options: { tabSize: 2, insertSpaces: true },
});

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const files = JSON.stringify([['schema.prisma', request.schema]]);
  let answer;
  try {
    answer = request.op === 'lint'
      ? { result: JSON.parse(psl.lint(files)) }
      : { result: JSON.parse(psl.format(files, layout))[0][1] };
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
