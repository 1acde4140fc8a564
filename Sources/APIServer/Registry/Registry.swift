package import Base
package import KubeClient
package import KubeModel
import Synchronization

/// The one path that all kinds take through create, read, change and delete; knows nothing of HTTP.
///
/// Kinds differ by their `ResourceType` only. What a client may be told is an `APIStatus` with Kubernetes' own words.
package final class Registry: Sendable {
    let store: Store
    let time: any TimeSource
    let admission: Admission
    let addresses: ServiceAddresses
    let tokens: AccountTokens
    let metrics: (any MetricsAPI)?
    private let catalog: Mutex<Catalog>

    /// Serves `types` and the kinds of the CustomResourceDefinitions in the store.
    ///
    /// - Parameter metrics: answers the groups of metrics; without it there are none.
    package init(
        store: Store,
        types: [ResourceType],
        hooks: [AdmissionHook] = [],
        serviceRange: AddressRange = .default,
        tokens: AccountTokens = AccountTokens(secret: RandomName.uuid()),
        metrics: (any MetricsAPI)? = nil,
        time: any TimeSource = SystemTime()
    ) {
        self.store = store
        self.time = time
        admission = Admission(hooks: hooks)
        addresses = ServiceAddresses(range: serviceRange)
        self.tokens = tokens
        self.metrics = metrics
        catalog = Mutex(Catalog(types))
        for definition in store.list(ResourceID.customResourceDefinitions.qualified).objects { serve(definition) }
    }

    /// The kinds that are served now, in the order of discovery.
    package var types: [ResourceType] { catalog.withLock { $0.types } }

    func serves(group: String, version: String) -> Bool {
        catalog.withLock { $0.serves(group: group, version: version) }
    }

    /// Whether there is such a collection.
    func serves(_ resource: ResourceID) -> Bool { catalog.withLock { $0[resource] != nil } }

    func withCatalog(_ change: (inout Catalog) -> Void) { catalog.withLock { change(&$0) } }

    /// The kind behind a collection's name.
    func kind(_ resource: ResourceID) throws(APIStatus) -> ServedKind {
        guard let kind = catalog.withLock({ $0[resource] }) else { throw Registry.noSuchResource }
        return kind
    }

    static let noSuchResource = APIStatus(
        .notFound,
        "the server could not find the requested resource",
        details: .emptyObject
    )

    /// An object as the store has it.
    func stored(_ kind: ServedKind, _ key: ObjectKey) throws(APIStatus) -> StoredObject {
        guard let stored = store.get(kind.key(key)) else { throw .notFound(kind.id, key.name) }
        return stored
    }

    /// Makes a change durable; `changed` comes through, so that the caller can try anew.
    func commit(_ write: StoreWrite, _ kind: ServedKind) async throws(CommitFault) -> StoredObject {
        let name = write.key.object.name
        do throws(StoreFault) {
            return try await store.commit(write)
        } catch .changed {
            throw .changed
        } catch .exists {
            throw .refused(.alreadyExists(kind.id, name))
        } catch .missing {
            throw .refused(.notFound(kind.id, name))
        } catch .closed {
            throw .refused(APIStatus(.serviceUnavailable, "the server is shutting down"))
        } catch {
            throw .refused(APIStatus(.internalError, "\(error)"))
        }
    }
}

/// Why a change was not committed.
enum CommitFault: Error {
    /// The object is no longer what it was when the change was made up.
    case changed
    case refused(APIStatus)

    /// What to tell the client; nil where the change should be made up anew.
    var status: APIStatus? { if case .refused(let status) = self { status } else { nil } }
}
