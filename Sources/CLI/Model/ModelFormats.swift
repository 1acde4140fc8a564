import Base
import Models

extension Command {
    static let modelFormats = Command(
        "model formats",
        summary: "which models are served natively: kinds of files, and estimators by module",
        details: """
            Reads the tables that the loaders use. docs/models.md is what -o markdown prints.

              roost model formats
              roost model formats -o markdown
            """,
        flags: [Flag("output", short: "o", "FORM", "table (default), markdown, json or yaml")],
        run: { invocation in
            let native = NativeModels()
            switch invocation["output"] ?? "table" {
            case "table": Output.write(FormatsText.table(native))
            case "markdown": Output.write(FormatsText.markdown(native))
            case "json": Output.write(native.json.pretty() + "\n")
            case "yaml": Output.write(YAML.text(native.json))
            case let other: throw Misuse("--output is table, markdown, json or yaml, was \"\(other)\"")
            }
        }
    )
}

/// What is served natively, for people to read.
enum FormatsText {
    static func table(_ native: NativeModels) -> String {
        let formats = native.formats.map { [$0.name, $0.endings.joined(separator: " ")] }
        let classes = native.modules.flatMap { module in
            module.classes.map { [module.name, $0, module.steps.contains($0) ? "yes" : ""] }
        }
        return TableText.align([["FORMAT", "FILES"]] + formats) + "\n"
            + TableText.align([["MODULE", "CLASS", "ALSO A STEP"]] + classes)
    }

    static func markdown(_ native: NativeModels) -> String {
        var text = """
            # Which models are served natively

            Printed by `roost model formats -o markdown` from the tables that the loaders use (`make docs`). `make parity` holds the
            answers against the libraries themselves, in several versions of each. `roost model inspect FILE` tells of one file
            whether it is native, and why not; [differences.md](differences.md) names what is refused. What is not native answers
            from a Python with its library where `--fallback python` allows that.

            ## Files

            | format | names end with |
            | --- | --- |

            """
        for format in native.formats {
            text += "| \(format.name) | \(format.endings.map { "`\($0)`" }.joined(separator: " ")) |\n"
        }
        text += """

            Pickles may be packed by zlib, gzip, bz2, xz, lzma or lz4. Folders of MLflow are read by their `MLmodel`.

            ## Estimators in pickles

            Classes in italics predict, and also change rows where they are a step before others.

            | module | classes |
            | --- | --- |

            """
        for module in native.modules {
            let classes = module.classes.map { module.steps.contains($0) ? "*\($0)*" : $0 }
            text += "| \(module.name) | \(classes.joined(separator: ", ")) |\n"
        }
        return text
    }
}
