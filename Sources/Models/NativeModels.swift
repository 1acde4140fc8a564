package import Base
import PMML
import Prediction
import Sklearn

/// What is served natively, read off the tables that the loaders use, and how that was held against the libraries.
package struct NativeModels: Sendable {
    /// A kind of file.
    package struct Format: Sendable {
        /// What people call it.
        package let name: String
        /// Ends of the names of its files.
        package let endings: [String]
    }

    /// A class of estimators.
    package struct Estimator: Sendable {
        /// Its module, as the library's documentation calls it: `sklearn.linear_model`.
        package let module: String
        /// Its name there.
        package let name: String
        /// Whether it predicts, and also changes rows where it is a step before others.
        package let isAlsoStep: Bool
        /// Methods by which it was compared with its library.
        package let methods: [String]
        /// Versions of its library with which it was compared.
        package let versions: [String]
    }

    /// What makes estimators of such a class be refused.
    package struct Refusal: Sendable {
        /// The classes, in their library's words; the option, empty where it is none; what of it is refused.
        package let estimators, option, refused: String
    }

    /// Kinds of files, in the order in which a file is tried.
    package let formats: [Format]
    /// Classes by module and name.
    package let estimators: [Estimator]
    /// Options with which these classes are refused.
    package let refusals: [Refusal]
    /// Kinds of models in PMML documents that are served, and those that are refused by name.
    package let documents, refusedDocuments: [String]
    /// How all of that was held against the libraries.
    package let record: ParityRecord

    /// All there is.
    package init(record: ParityRecord = .kept) {
        formats = ModelFormat.all.map { Format(name: $0.name, endings: $0.endings) }
        let steps = Set(PickledEstimator.table.stepNames)
        let names = PickledEstimator.table.names + steps.subtracting(PickledEstimator.table.names)
        estimators = names.map { Estimator($0, isAlsoStep: steps.contains($0), record) }
            .sorted { ($0.module, $0.name) < ($1.module, $1.name) }
        refusals = RefusedOption.all.map {
            Refusal(estimators: $0.estimators, option: $0.option, refused: $0.refused)
        }
        documents = PMML.modelKinds
        refusedDocuments = PMML.refusedModelKinds
        self.record = record
    }
}

extension NativeModels.Estimator {
    /// - Parameter path: module and name.
    fileprivate init(_ path: String, isAlsoStep: Bool, _ record: ParityRecord) {
        module = String(path[..<(path.lastIndex(of: ".") ?? path.endIndex)])
        name = String(path.dropFirst(module.count + 1))
        self.isAlsoStep = isAlsoStep
        methods = record.methods(of: path)
        versions = record.versions(of: path)
    }

    fileprivate var json: JSON {
        [
            "module": .string(module), "name": .string(name), "isAlsoStep": .bool(isAlsoStep),
            "methods": JSON(methods), "comparedWith": JSON(versions),
        ]
    }
}

extension NativeModels {
    /// All of it as one object.
    package var json: JSON {
        [
            "formats": .array(formats.map { ["name": .string($0.name), "endings": JSON($0.endings)] }),
            "estimators": .array(estimators.map(\.json)),
            "refusedOptions": .array(refusals.map(\.json)),
            "refusedEstimators": .object(record.refused.mapValues(JSON.string)),
            "pmml": JSON(documents),
            "refusedPMML": JSON(refusedDocuments),
            "compared": .array(record.versions.map(\.json)),
        ]
    }
}

extension NativeModels.Refusal {
    fileprivate var json: JSON {
        ["estimators": .string(estimators), "option": .string(option), "refused": .string(refused)]
    }
}

extension ParityRecord.Version {
    fileprivate var json: JSON {
        let counts = [("passed", passed), ("failed", failed), ("notNative", notNative), ("notInIt", notInIt)]
        var object: [String: JSON] = ["library": .string(library), "version": .string(version)]
        object["date"] = .string(date)
        object["commit"] = .string(commit)
        for (name, count) in counts { object[name] = .int(Int64(count)) }
        return .object(object)
    }
}
