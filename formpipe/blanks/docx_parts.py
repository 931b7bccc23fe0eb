"""The parts of a Word form that are the same for every form: styles, settings, properties."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from formpipe.blanks import texts

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)
DARK = "1F3864"
TINT = "DCE4EF"
GREY = "F0F1F3"
RULE = "9AA3AE"
HINT_COLOUR = "7A7A7A"
NOTE_COLOUR = "595959"
TEXT_WIDTH = 10320
"""Width of a line in twips."""

_PROPERTY_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_PROPERTY = 2
_FONT = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
_LANGUAGE = '<w:lang w:val="de-DE" w:eastAsia="de-DE" w:bidi="ar-SA"/>'


def _paragraph_style(
    style: str, name: str, *, size: float, space: tuple[int, int] = (0, 0), more: str = "", run: str = ""
) -> str:
    half_points = round(size * 2)
    before, after = space
    return (
        f'<w:style w:type="paragraph" w:styleId="{style}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:qFormat/><w:pPr>{more}<w:spacing w:before="{before}" w:after="{after}"/>'
        f"{_AFTER_SPACING.get(style, '')}</w:pPr>"
        f'<w:rPr>{run}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr></w:style>'
    )


_AFTER_SPACING = {"Heading1": '<w:ind w:left="70" w:right="70"/><w:outlineLvl w:val="0"/>'}
_WHITE = '<w:b/><w:bCs/><w:color w:val="FFFFFF"/>'
_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="8" w:space="{space}" w:color="{DARK}"/>'
    for side, space in (("top", 1), ("left", 3), ("bottom", 1), ("right", 3))
)
_BAR = f'<w:keepNext/><w:pBdr>{_EDGES}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{DARK}"/>'
_FOOT_TAB = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'

STYLES = (
    f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_FONT}"
    f'<w:sz w:val="17"/><w:szCs w:val="17"/>{_LANGUAGE}</w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="25" w:type="dxa"/>'
    '<w:left w:w="60" w:type="dxa"/><w:bottom w:w="25" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
    + _paragraph_style("Title", "Title", size=17, space=(0, 40), run=f'<w:b/><w:bCs/><w:color w:val="{DARK}"/>')
    + _paragraph_style("Heading1", "heading 1", size=10, space=(150, 30), more=_BAR, run=_WHITE)
    + _paragraph_style("FpIntro", "Formular Hinweis", size=8, space=(0, 40), more="<w:keepNext/>")
    + _paragraph_style("FpLabel", "Formular Feldname", size=7.5)
    + _paragraph_style("FpNote", "Formular Hilfe", size=7.5, run=f'<w:color w:val="{NOTE_COLOUR}"/>')
    + _paragraph_style("FpHead", "Formular Spaltenkopf", size=7.5, run="<w:b/><w:bCs/>")
    + _paragraph_style("FpTitle", "Formular Zeilentitel", size=8.5, run=f'<w:b/><w:bCs/><w:color w:val="{DARK}"/>')
    + _paragraph_style("FpField", "Formular Feld", size=8.5)
    + _paragraph_style("FpGap", "Formular Abstand", size=3)
    + _paragraph_style("Footer", "footer", size=6.5, more=_FOOT_TAB)
    + '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
    f'<w:uiPriority w:val="99"/><w:semiHidden/><w:rPr><w:color w:val="{HINT_COLOUR}"/></w:rPr></w:style>'
    "</w:styles>"
)

SETTINGS = (
    f'<w:settings {NAMESPACES}><w:zoom w:percent="110"/><w:documentProtection w:edit="forms" w:enforcement="1"/>'
    '<w:defaultTabStop w:val="709"/><w:autoHyphenation/><w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
    ' w:val="15"/></w:compat><w:themeFontLang w:val="de-DE"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
    "</w:settings>"
)


def footer_xml(text: str) -> str:
    """Return the footer part: *text* in one run, and the page's number out of all."""
    return (
        f'<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        f'<w:r><w:tab/><w:t xml:space="preserve">{texts.PAGE} </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        f'<w:r><w:t xml:space="preserve"> {texts.OF} </w:t></w:r>'
        '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
    )


def core_xml(title: str) -> str:
    """Return the core properties: the kind of form as title, and no person or time."""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>de-DE</dc:language></cp:coreProperties>"
    )


def custom_xml(properties: Mapping[str, str]) -> str:
    """Return the custom properties *properties* as texts."""
    lines = "".join(
        f'<property fmtid="{_PROPERTY_SET}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(properties.items(), start=_FIRST_PROPERTY)
    )
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{lines}</Properties>"
    )
