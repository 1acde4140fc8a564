import Base
import Models

extension Command {
    static let modelFormats = Command(
        "model formats",
        summary: "which models are served natively: kinds of files, estimators, what is refused, what was compared",
        details: """
            Reads the tables that the loaders use, and what came of the last comparisons with the libraries (make parity).
            docs/models.md is what -o markdown prints.

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
