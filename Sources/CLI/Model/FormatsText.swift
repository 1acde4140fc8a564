import Models

/// What is served natively, for people to read.
enum FormatsText {
    static func table(_ native: NativeModels) -> String {
        let formats = native.formats.map { [$0.name, $0.endings.joined(separator: " ")] }
        let classes = native.estimators.map {
            [$0.module, $0.name, methods($0).joined(separator: " "), span($0.versions)]
        }
        return TableText.align([["FORMAT", "FILES"]] + formats) + "\n"
            + TableText.align([["MODULE", "CLASS", "METHODS", "COMPARED WITH"]] + classes)
    }

    /// Methods that were compared; where none was, whether it is known as a step too.
    private static func methods(_ estimator: NativeModels.Estimator) -> [String] {
        let isNew = estimator.isAlsoStep && !estimator.methods.contains("transform")
        return estimator.methods + (isNew ? ["transform"] : [])
    }

    /// The first and the last version.
    private static func span(_ versions: [String]) -> String {
        guard let first = versions.first, let last = versions.last else { return "" }
        return first == last ? first : "\(first) to \(last)"
    }
}

extension FormatsText {
    /// docs/models.md.
    static func markdown(_ native: NativeModels) -> String {
        [
            about, files(native), compared(native), estimators(native), options(native), classes(native),
            documents(native),
        ]
        .joined(separator: "\n")
    }

    private static let about = """
        # Which models are served natively

        Printed by `roost model formats -o markdown` from the tables that the loaders use, and from what `make parity RECORD=1` has
        kept of its comparisons with the libraries themselves (`make docs`). `roost model inspect FILE` tells of one file whether it is
        native, and why not. What is not native is refused by name, or answers from a Python with its library where
        `--fallback python` allows that. [differences.md](differences.md) tells where answers are meant to differ,
        [models-speed.md](models-speed.md) how fast they are, [safety.md](safety.md) what hostile files can do.

        """

    private static func files(_ native: NativeModels) -> String {
        """
        ## Files

        | format | names end with |
        | --- | --- |
        \(rows(native.formats.map { [$0.name, $0.endings.map { "`\($0)`" }.joined(separator: " ")] }))
        Pickles may be packed by zlib, gzip, bz2, xz, lzma or lz4. Folders of MLflow are read by their `MLmodel`.

        """
    }

    private static func compared(_ native: NativeModels) -> String {
        """
        ## Held against the libraries

        Models trained by each version, saved, served over HTTP and asked; the answers compared with the library's own: labels exactly,
        numbers to 10⁻⁹ of their value, 10⁻⁶ where the library reckons in 32 bits. Not native are models that are refused for a
        reason told below; not in it are cases that the version cannot train.

        | library | version | passed | failed | not native | not in it | compared on | at commit |
        | --- | --- | ---: | ---: | ---: | ---: | --- | --- |
        \(rows(
            native.record.versions.map { version in
                let counts = [version.passed, version.failed, version.notNative, version.notInIt].map(String.init)
                return [version.library, version.version] + counts + [version.date, version.commit]
            }
        ))
        """
    }

    private static func estimators(_ native: NativeModels) -> String {
        """
        ## Estimators in pickles

        Methods that were compared, with `transform` where rows go through it as a step before others; versions are those of its
        library with which that was done. `decision_function` is what ensembles ask of their parts.

        | module | class | methods | compared with |
        | --- | --- | --- | --- |
        \(rows(native.estimators.map { [$0.module, $0.name, methods($0).joined(separator: ", "), span($0.versions)] }))
        """
    }

    private static func options(_ native: NativeModels) -> String {
        """
        ## Options that are refused

        | estimators | option | refused are |
        | --- | --- | --- |
        \(rows(native.refusals.map { [$0.estimators, $0.option, $0.refused] }))
        Functions of one's own, wherever an estimator takes them, are refused by their names: nothing in a file runs.

        """
    }

    private static func classes(_ native: NativeModels) -> String {
        """
        ## Estimators that are refused

        | class | because it |
        | --- | --- |
        \(rows(native.record.refused.keys.sorted().map { [$0, native.record.refused[$0] ?? ""] }))
        """
    }

    private static func documents(_ native: NativeModels) -> String {
        """
        ## Models in PMML documents

        | served | refused by name |
        | --- | --- |
        | \(native.documents.joined(separator: ", ")) | \(native.refusedDocuments.joined(separator: ", ")) |

        """
    }

    private static func rows(_ rows: [[String]]) -> String {
        rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }
}
