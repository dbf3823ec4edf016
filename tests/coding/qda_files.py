"""Files of other programs, written as their public code and the standard's examples say that they write them."""

import io
import zipfile
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.sax.saxutils import escape, quoteattr

PROJECT = "urn:QDA-XML:project:1.0"


def guid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def uid(name: str) -> UUID:
    return UUID(guid(name))


def zipped(xml: str, texts: dict[str, bytes], folder: str = "Sources") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml.encode())
        for name, content in texts.items():
            archive.writestr(f"{folder}/{name}", content)
    return out.getvalue()


def of_taguette(*tags: str) -> bytes:
    """A codebook: flat, guids in capitals, names that hold the path of the tag, an empty list of sets."""
    codes = "".join(f'<Code guid="{guid(tag).upper()}" name={quoteattr(tag)} isCodable="true"/>' for tag in tags)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Taguette 1.4.1">'
        f"<Codes>{codes}</Codes><Sets/></CodeBook>"
    ).encode()


def of_qualcoder(text: str, *stretches: tuple[int, int], crlf: bool = False) -> bytes:
    """A byte order mark, the words as the name of a selection, a memo as its description, a new guid every time; where
    it writes for MAXQDA, line ends of two signs that its positions count as one."""
    selections = "".join(
        f'<PlainTextSelection guid="{guid(f"qc{a}-{b}")}" startPosition="{a}" endPosition="{b}" '
        f'name={quoteattr(text[a:b])} creatingUser="{guid("coder")}" creationDateTime="2025-01-01T10:00:00Z">'
        f"<Description>Mémo &amp; suite</Description>"
        f'<Coding guid="{guid(f"qcc{a}-{b}")}" creatingUser="{guid("coder")}" >'
        f'<CodeRef targetGUID="{guid("froid")}" /></Coding></PlainTextSelection>'
        for a, b in stretches
    )
    xml = (
        '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
        f'name="projet.qda" origin="QualCoder 3.5" creatingUserGUID="{guid("?")}" xmlns="{PROJECT}">\n'
        f'<Users><User guid="{guid("coder")}" name="default" /></Users>\n'
        f'<CodeBook><Codes><Code guid="{guid("categorie")}" name="Chaîne" isCodable="false">'
        f'<Code guid="{guid("froid")}" name="Froid" color="#F781F3" isCodable="true">'
        "<Description>Le froid</Description></Code></Code></Codes></CodeBook>\n"
        f'<Variables><Variable guid="{guid("v")}" name="age" typeOfVariable="Text"/></Variables>'
        f'<Cases><Case guid="{guid("c1")}" name="un"/><Case guid="{guid("c2")}" name="deux"/></Cases>'
        f'<Sources><TextSource richTextPath="internal://a.docx" plainTextPath="internal://{guid("p")}.txt" '
        f'creatingUser="{guid("coder")}" guid="{guid("source")}" name="entretien.docx">'
        f'<Description>Chez le chef</Description>{selections}<NoteRef targetGUID="{guid("annotation")}" /></TextSource>'
        f'<PictureSource guid="{guid("image")}" name="photo.jpg" path="internal://x.jpg"/></Sources>'
        f'<Notes><Note guid="{guid("annotation")}" creatingUser="{guid("coder")}"><PlainTextContent>Annoté'
        f"</PlainTextContent></Note>"
        f'<Note guid="{guid("journal")}" name="Journal" plainTextPath="internal://{guid("journal")}.txt" >'
        "<Description /></Note></Notes><Description>Projet d’essai</Description></Project>"
    )
    plain = text.replace("\n", "\r\n") if crlf else text
    return zipped(xml, {f"{guid('p')}.txt": ("\ufeff" + plain).encode(), f"{guid('journal')}.txt": b"Mon journal"})


def of_nvivo(text: str, *stretches: tuple[int, int]) -> bytes:
    """Line ends of two signs, both counted; nested codes without colours; cases, a set, a PDF by its plain text."""
    raw = text.replace("\n", "\r\n")
    places = [(a + text[:a].count("\n"), b + text[:b].count("\n")) for a, b in stretches]
    selections = "".join(
        f'<PlainTextSelection guid="{guid(f"nv{a}")}" name={quoteattr(raw[a:b])} startPosition="{a}" endPosition="{b}" '
        f'creatingUser="{guid("NV")}"><Coding guid="{guid(f"nvc{a}")}" creatingUser="{guid("NV")}">'
        f'<CodeRef targetGUID="{guid("node")}"/></Coding></PlainTextSelection>'
        for a, b in places
    )
    xml = (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{PROJECT}" name="Étude" origin="NVivo 14" '
        f'creatingUserGUID="{guid("NV")}"><Users><User guid="{guid("NV")}" name="NV"/></Users>'
        f'<CodeBook><Codes><Code guid="{guid("parent")}" name="Parent" isCodable="true">'
        f'<Code guid="{guid("node")}" name="Nœud" isCodable="true"/></Code></Codes></CodeBook>'
        f'<Cases><Case guid="{guid("case")}" name="Cas"><CodeRef targetGUID="{guid("node")}"/></Case></Cases>'
        f'<Sources><PDFSource guid="{guid("pdf")}" name="Rapport" path="internal://r.pdf">'
        f'<PDFSelection guid="{guid("box")}" page="1" firstX="1" firstY="1" secondX="9" secondY="9"/>'
        f'<Representation guid="{guid("rep")}" name="Rapport" plainTextPath="internal://rep.txt">{selections}'
        f'</Representation></PDFSource></Sources><Sets><Set guid="{guid("set")}" name="Documents">'
        f'<MemberSource targetGUID="{guid("pdf")}"/></Set></Sets></Project>'
    )
    return zipped(xml, {"rep.txt": raw.encode()}, folder="sources")


def of_maxqda(text: str, *stretches: tuple[int, int]) -> bytes:
    """The text in the XML's own element, coded without saying by whom, two codes on one stretch, a code's memo as a
    note, colours in small letters."""
    selections = "".join(
        f'<PlainTextSelection guid="{guid(f"mx{a}")}" name="" startPosition="{a}" endPosition="{b}">'
        f'<Coding guid="{guid(f"mx1{a}")}"><CodeRef targetGUID="{guid("eins")}"/></Coding>'
        f'<Coding guid="{guid(f"mx2{a}")}"><CodeRef targetGUID="{guid("zwei")}"/></Coding></PlainTextSelection>'
        for a, b in stretches
    )
    xml = (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{PROJECT}" name="Projekt" origin="MAXQDA 2022">'
        f'<CodeBook><Codes><Code guid="{guid("eins")}" name="Eins" isCodable="true" color="#12ab9f">'
        f'<NoteRef targetGUID="{guid("memo")}"/></Code>'
        f'<Code guid="{guid("zwei")}" name="Zwei" isCodable="true" color="red"/></Codes></CodeBook>'
        f'<Sources><TextSource guid="{guid("quelle")}" name="Gespräch"><PlainTextContent>{escape(text)}'
        f"</PlainTextContent>{selections}</TextSource></Sources>"
        f'<Notes><Note guid="{guid("memo")}" name="Memo"><PlainTextContent>Was Eins meint'
        f"</PlainTextContent></Note></Notes></Project>"
    )
    return zipped(xml, {})
