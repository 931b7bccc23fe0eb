// Fills a PDF form by PDFBox 2: java -cp JARS PdfBoxFill.java BLANK ANSWERS TARGET
// Each line of ANSWERS is a name and a value, both as Base64.

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDCheckBox;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;

public class PdfBoxFill {
    public static void main(String[] args) throws Exception {
        try (PDDocument document = PDDocument.load(new File(args[0]))) {
            PDAcroForm form = document.getDocumentCatalog().getAcroForm(null);
            form.setNeedAppearances(true); // the viewer draws: its fonts lack Arabic
            for (String line : Files.readAllLines(Path.of(args[1]))) {
                String[] parts = line.split(" ", -1);
                PDField field = form.getField(text(parts[0]));
                if (field instanceof PDCheckBox) {
                    ((PDCheckBox) field).check();
                } else {
                    field.setValue(text(parts[1]));
                }
            }
            document.save(args[2]);
        }
    }

    private static String text(String encoded) {
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
}
