"""Bombs and entities in PMML, which is XML."""

import re

import case

FAMILY = "bomb"
HEAD = '<?xml version="1.0"?>'


def laughs(kind, levels=30, width=10):
    """Entities of entities, general ones or those of a document's own head."""
    sign, mark = ("% ", "%") if kind == "parameter" else ("", "&")
    first = f'<!ENTITY {sign}a0 "{"x" * 10}">'
    rest = "".join(f'<!ENTITY {sign}a{n} "{f"{mark}a{n - 1};" * width}">' for n in range(1, levels))
    return f"<!DOCTYPE PMML [{first}{rest}]>"


def documents(bait):
    for name, head, text in (
        ("laughs", laughs("general"), "&a29;"),
        ("laughs-of-parameters", laughs("parameter"), ""),
        ("quadratic", f'<!DOCTYPE PMML [<!ENTITY a "{"x" * 50000}">]>', "&a;" * 50000),
        ("file", '<!DOCTYPE PMML [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
        ("device", '<!DOCTYPE PMML [<!ENTITY a SYSTEM "/dev/zero">]>', "&a;"),
        ("address", f'<!DOCTYPE PMML [<!ENTITY a SYSTEM "http://127.0.0.1:{bait.port}/">]>', "&a;"),
        ("parameter-address", f'<!DOCTYPE PMML [<!ENTITY % a SYSTEM "http://127.0.0.1:{bait.port}/"> %a;]>', ""),
        ("grammar", f'<!DOCTYPE PMML SYSTEM "http://127.0.0.1:{bait.port}/x.dtd">', ""),
        ("public", f'<!DOCTYPE PMML PUBLIC "x" "http://127.0.0.1:{bait.port}/x.dtd">', ""),
        ("itself", '<!DOCTYPE PMML [<!ENTITY a "&a;">]>', "&a;"),
        ("pair", '<!DOCTYPE PMML [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
        ("unknown", "", "&nobody;"),
        ("default-attributes", '<!DOCTYPE PMML [<!ATTLIST PMML a CDATA "&b;"><!ENTITY b "x">]>', ""),
        ("include", "", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
        ("stylesheet", f'<?xml-stylesheet href="http://127.0.0.1:{bait.port}/"?>', ""),
    ):
        yield f"entity-{name}", f'{HEAD}{head}<PMML version="4.4">{text}</PMML>'
        yield f"entity-{name}-in-attribute", f'{HEAD}{head}<PMML version="{text}"/>'
    for depth in (65, 1000, 100_000, 1_000_000):
        yield f"deep-{depth}", HEAD + "<a>" * depth + "</a>" * depth
        yield f"deep-open-{depth}", HEAD + '<PMML version="4.4">' + "<TreeModel>" * depth
    yield "attributes", HEAD + "<PMML " + " ".join(f"a{n}='x'" for n in range(50000)) + "/>"
    yield "long-attribute", f'{HEAD}<PMML version="{"x" * 1_000_000}"/>'
    yield "long-name", f'{HEAD}<{"x" * 1_000_000}/>'
    yield "long-text", f'{HEAD}<PMML version="4.4">{"x" * 1_000_000}</PMML>'
    yield "comment", f'{HEAD}<!--{"x" * 1_000_000}--><PMML version="4.4"/>'
    yield "sections", f'{HEAD}<PMML version="4.4">{"<![CDATA[x]]>" * 50000}</PMML>'
    yield "elements", f'{HEAD}<PMML version="4.4">{"<a/>" * 200000}</PMML>'
    yield "namespaces", HEAD + "<PMML " + " ".join(f"xmlns:a{n}='x'" for n in range(5000)) + "/>"
    yield "nul", HEAD + "<PMML>\0</PMML>"
    yield "encoding", '<?xml version="1.0" encoding="UTF-7"?><PMML/>'
    yield "encoding-unknown", '<?xml version="1.0" encoding="x-nobody"?><PMML/>'


def lies():
    """Every attribute of the seeds with a number, or a name, that is not what it should be."""
    for file, content in case.seeds("pmml/*.pmml"):
        text = content.decode()
        places = [(match.start(2), match.end(2), match.group(1)) for match in re.finditer(r'(\w+)="([^"]*)"', text)]
        for index, (start, end, name) in enumerate(places[:: max(1, len(places) // 60)]):
            for kind, value in {
                "huge": "99999999999999999999",
                "negative": "-1",
                "nan": "NaN",
                "empty": "",
                "other": "x",
                "first": "1",
            }.items():
                yield f"{file}-{index}-{name}-{kind}", text[:start] + value + text[end:]


def cases(bait):
    for name, text in (*documents(bait), *lies()):
        yield case.Case(FAMILY, "pmml", name, "model.pmml", lambda text=text: text.encode(), refused=False)
