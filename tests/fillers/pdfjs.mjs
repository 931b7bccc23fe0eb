// Fills a PDF form by pdf.js, as Firefox does: node pdfjs.mjs MODULES BLANK ANSWERS TARGET
import { readFileSync, writeFileSync } from "node:fs";

const [modules, blank, answers, target] = process.argv.slice(2);
const { getDocument } = await import(modules + "/pdfjs-dist/legacy/build/pdf.mjs");
const document = await getDocument({
  data: new Uint8Array(readFileSync(blank)),
  standardFontDataUrl: modules + "/pdfjs-dist/standard_fonts/",
  verbosity: 0,
}).promise;
const fields = await document.getFieldObjects();
for (const { name, kind, value } of JSON.parse(readFileSync(answers, "utf8"))) {
  const { id } = fields[name].find((field) => field.type !== undefined && field.id !== undefined);
  document.annotationStorage.setValue(id, { value: kind === "box" ? true : value });
}
writeFileSync(target, await document.saveDocument());
