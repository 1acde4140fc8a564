package import Base
import Prediction
import Sklearn

/// What is served natively, read off the tables that the loaders use.
package struct NativeModels: Sendable {
    /// A kind of file.
    package struct Format: Sendable {
        /// What people call it.
        package let name: String
        /// Ends of the names of its files.
        package let endings: [String]
    }

    /// The estimators of one of a library's modules.
    package struct Module: Sendable {
        /// As the library's documentation calls it: `sklearn.linear_model`.
        package let name: String
        /// Its classes, in order.
        package let classes: [String]
        /// Those of them that predict, and also change rows where they are a step before others.
        package let steps: Set<String>
    }

    /// Kinds of files, in the order in which a file is tried.
    package let formats: [Format]
    /// Modules by name.
    package let modules: [Module]

    /// All there is.
    package init() {
        formats = ModelFormat.all.map { Format(name: $0.name, endings: $0.endings) }
        let steps = Set(PickledEstimator.table.stepNames)
        let names = PickledEstimator.table.names + steps.subtracting(PickledEstimator.table.names)
        let byModule = Dictionary(grouping: names) { String($0[..<($0.lastIndex(of: ".") ?? $0.endIndex)]) }
        modules = byModule.keys.sorted().map { module in
            let names = byModule[module] ?? []
            func bare(_ name: String) -> String { String(name.dropFirst(module.count + 1)) }
            return Module(
                name: module,
                classes: names.map(bare).sorted(),
                steps: Set(names.filter(steps.contains).map(bare))
            )
        }
    }
}

extension NativeModels {
    /// All of it as one object.
    package var json: JSON {
        [
            "formats": .array(formats.map { ["name": .string($0.name), "endings": JSON($0.endings)] }),
            "modules": .array(
                modules.map {
                    ["name": .string($0.name), "classes": JSON($0.classes), "steps": JSON($0.steps.sorted())]
                }
            ),
        ]
    }
}
