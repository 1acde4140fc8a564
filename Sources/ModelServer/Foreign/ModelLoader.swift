import Base
import CLinux
import Models
package import Prediction
package import Python

/// What became of a model's folder.
package enum ServableModel: Sendable {
    case rows(Model)
    case tensors(TensorModel)
    case foreign(PythonModel)
}

/// Loads models: natively, or where that cannot be and is allowed, into a Python with the library that made them.
package struct ModelLoader: Sendable {
    private let configuration: ModelServerConfiguration
    private let log = Log("model-loader")

    package init(_ configuration: ModelServerConfiguration) { self.configuration = configuration }

    /// Loads the model in a folder; blocks meanwhile.
    package func load(folder: String) throws(ModelDefect) -> ServableModel {
        do throws(ModelDefect) {
            let options = Model.Options(wantsProbabilities: configuration.wantsProbabilities)
            return switch try LoadedModel.load(folder: folder, options: options) {
            case .rows(let model): .rows(model)
            case .tensors(let model): .tensors(model)
            }
        } catch {
            guard let foreign = ForeignModel.find(in: folder) else { throw error }
            guard configuration.fallsBackToPython else { throw error.advising(ModelLoader.advice) }
            log.warning("model is not native, Python runs it", ["model": foreign.path, "reason": error.description])
            return .foreign(try PythonModel(foreign, python(for: foreign)))
        }
    }

    private func python(for model: ForeignModel) throws(ModelDefect) -> PythonSettings {
        do throws(PythonMissing) {
            let interpreter = try PythonSettings.find(
                named: configuration.python,
                environment: configuration.programPlaces
            ) { access($0, X_OK) == 0 }
            var settings = PythonSettings(interpreter: interpreter)
            settings.wantsProbabilities = configuration.wantsProbabilities
            return settings
        } catch {
            throw ModelDefect(at: .file(model.path), what: error.description)
        }
    }

    private static let advice =
        "not native; with --fallback python the library that made it answers, and whatever code is in the file runs"
}

extension ModelDefect {
    /// The same with what can be done about it.
    fileprivate func advising(_ advice: String) -> ModelDefect {
        ModelDefect(at: place, what: what, why: why.map { "\($0) (\(advice))" } ?? advice)
    }
}
