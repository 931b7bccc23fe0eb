// Fills a PDF form by pdf-lib: node pdflib.mjs MODULES BLANK ANSWERS TARGET
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const [modules, blank, answers, target] = process.argv.slice(2);
const { PDFDocument } = createRequire(modules + "/x")("pdf-lib");
const document = await PDFDocument.load(readFileSync(blank));
const form = document.getForm();
for (const { name, kind, value, shown } of JSON.parse(readFileSync(answers, "utf8"))) {
  if (kind === "text") form.getTextField(name).setText(value);
  else if (kind === "box") form.getCheckBox(name).check();
  else form.getDropdown(name).select(shown);
}
// its own fonts know Latin 1 only; the viewer draws
writeFileSync(target, await document.save({ updateFieldAppearances: false }));
