package import Base
package import Prediction
import Python
import Synchronization

/// The models of one process by name: loads and unloads them, and tells what it has.
///
/// Changes happen under a lock, on whatever thread asks for them. Whoever answers requests keeps a `ModelView`, which
/// looks at the lock only after a change.
package final class ModelRepository: Sendable {
    /// What the repository knows of one model.
    package struct Entry: Sendable {
        /// Where a model stands, in Triton's words.
        package enum State: String, CaseIterable, Sendable {
            case ready = "READY"
            case loading = "LOADING"
            case unavailable = "UNAVAILABLE"
        }

        /// The name of the model.
        package let name: String
        /// Where it stands.
        package var state: State
        /// Why it is not ready, where it is not.
        package var reason = ""
        /// The model, where it answers.
        package var model: Served?
        /// Whether requests for it are told that it is not ready; one that was unloaded does not exist for them.
        var isKnown = true
    }

    private let folder: String
    private let onlyName: String
    private let load: @Sendable (_ folder: String) throws(ModelDefect) -> ServableModel
    private let metrics: ModelServerMetrics
    private let time: any TimeSource
    private let log = Log("repository")
    private let state = Mutex<[String: Entry]>([:])
    private let changes = Atomic<Int>(0)
    /// One load at a time: a repeated one must not overtake the first.
    private let loading = Mutex<Void>(())

    /// A repository of the models in `folder`; where the folder itself is a model, it is called `name`.
    package init(
        folder: String,
        name: String,
        metrics: ModelServerMetrics = ModelServerMetrics(MetricRegistry()),
        time: any TimeSource = SystemTime(),
        load: @escaping @Sendable (_ folder: String) throws(ModelDefect) -> ServableModel
    ) {
        self.folder = folder
        onlyName = name
        self.load = load
        self.metrics = metrics
        self.time = time
    }

    /// Loads what the folder holds: its one model, which must be good, or all sub-folders that can be loaded.
    package func loadAll() throws(ModelDefect) {
        guard case .models(let names) = try ModelFolder.look(into: folder) else {
            return add(onlyName, try timed(onlyName, folder))
        }
        if names.isEmpty { log.warning("model folder is empty; models can be loaded later", ["folder": folder]) }
        for name in names {
            do {
                add(name, try timed(name, "\(folder)/\(name)"))
            } catch {
                fail(name, error)
            }
        }
    }

    /// Loads the model of a sub-folder, or the only model again; blocks meanwhile.
    package func load(_ name: String) throws(RequestDefect) {
        do {
            try loading.withLock { _ in try loadNow(name) }
        } catch let defect as RequestDefect {
            throw defect
        } catch {
            throw .notReady(name, "\(error)")
        }
    }

    private func loadNow(_ name: String) throws {
        guard ModelFolder.isPlain(name) else { throw RequestDefect.notReady(name) }
        let isOnly = name == onlyName && !ModelFolder.isFolder("\(folder)/\(name)")
        let path = isOnly ? folder : "\(folder)/\(name)"
        guard ModelFolder.isFolder(path) else { throw RequestDefect.notReady(name) }
        do {
            add(name, try timed(name, path))
        } catch {
            fail(name, error)
            throw RequestDefect.notReady(name, error.description)
        }
    }

    /// Loads a model's folder, and counts that.
    private func timed(_ name: String, _ folder: String) throws(ModelDefect) -> ServableModel {
        let began = time.monotonic()
        do {
            let model = try load(folder)
            metrics.countLoad(of: name, succeeded: true, time.monotonic() - began)
            return model
        } catch {
            metrics.countLoad(of: name, succeeded: false, time.monotonic() - began)
            throw error
        }
    }

    /// Lets go of a model; requests that it answers end first.
    package func unload(_ name: String) throws(RequestDefect) {
        let known = state.withLock { entries in
            guard let entry = entries[name], entry.isKnown else { return false }
            entries[name] = Entry(name: name, state: .unavailable, reason: "unloaded", isKnown: false)
            return true
        }
        guard known else { throw .unknownModel(name) }
        metrics.forget(model: name)
        changed()
        log.info("model is unloaded", ["model": name])
    }

    /// Ends what runs besides this process, and waits until it is gone; the models answer no more.
    package func end() {
        for entry in index {
            if case .foreign(let model) = entry.model { model.model.end() }
        }
    }

    /// Every model that was loaded, or that somebody tried to load, by name.
    package var index: [Entry] { state.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// The first of the models with its reason, where all of them are silent at the moment.
    var silence: (name: String, reason: String)? {
        let models = index.compactMap(\.model)
        guard models.allSatisfy({ $0.reasonForSilence != nil }) else { return nil }
        return models.first.flatMap { model in model.reasonForSilence.map { (model.name, $0) } }
    }

    /// Names of the models that answer.
    package var names: [String] { index.filter { $0.model != nil }.map(\.name) }

    /// Grows with every change.
    var version: Int { changes.load(ordering: .acquiring) }

    private func add(_ name: String, _ loaded: ServableModel) {
        let metrics = metrics.of(model: name)
        let model: Served =
            switch loaded {
            case .rows(let loaded): .rows(ServedModel(name: name, model: loaded, metrics: metrics))
            case .tensors(let loaded): .tensors(ServedTensorModel(name: name, model: loaded, metrics: metrics))
            case .foreign(let loaded): .foreign(ServedForeignModel(name: name, model: loaded, metrics: metrics))
            }
        state.withLock { $0[name] = Entry(name: name, state: .ready, model: model) }
        changed()
        log.info("model is loaded", ["model": name])
    }

    private func fail(_ name: String, _ defect: ModelDefect) {
        log.error("model cannot be loaded", ["model": name, "reason": defect.description])
        state.withLock { entries in
            // An older model that answers goes on answering.
            if entries[name]?.model == nil {
                entries[name] = Entry(name: name, state: .unavailable, reason: defect.description)
            }
        }
        changed()
    }

    private func changed() { changes.add(1, ordering: .releasing) }
}
