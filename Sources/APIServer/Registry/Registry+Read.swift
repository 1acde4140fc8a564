import Base
package import KubeClient
package import KubeModel

extension Registry {
    /// The version of the latest change: a watch from here tells all later ones.
    package var currentVersion: String { String(store.revision) }

    /// One object, or its `status` or `scale`.
    package func get(
        _ resource: ResourceID,
        _ key: ObjectKey,
        subresource: String? = nil
    ) throws(APIStatus) -> KubeObject {
        let kind = try kind(resource)
        try check(subresource, of: kind)
        if let objects = kind.served.computed?() {
            guard let object = objects.first(where: { $0.key == key }) else { throw .notFound(resource, key.name) }
            return object
        }
        let object = try stored(kind, key).object
        return subresource == "scale" ? try ScaleView.scale(of: object, kind.stored) : kind.present(object)
    }

    /// The selected objects of a collection in order of their keys.
    package func list(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions = ListOptions()
    ) throws(APIStatus) -> ObjectList {
        let kind = try kind(resource)
        let selection = try Selection(
            kind,
            namespace: namespace,
            labels: options.labelSelector,
            fields: options.fieldSelector
        )
        if let objects = kind.served.computed?() {
            let own = objects.filter { namespace == nil || $0.namespace == namespace }
            return ObjectList(items: own.filter(selection.matches), resourceVersion: "")
        }
        let (objects, revision) = store.list(kind.collection, namespace: namespace)
        let items = selection.isEverything ? objects : objects.filter(selection.matches)
        return ObjectList(items: items.map(kind.present), resourceVersion: String(revision))
    }

    /// The changes of the selected objects; see `Store.watch`.
    package func watch(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions = ListOptions(),
        initialEventsEnd: Bool = false,
        bookmarks: Bool = false
    ) throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error> {
        let kind = try kind(resource)
        let selection = try Selection(
            kind,
            namespace: namespace,
            labels: options.labelSelector,
            fields: options.fieldSelector
        )
        let start = try Registry.start(options.resourceVersion, initialEventsEnd: initialEventsEnd)
        var query = StoreWatch(start, namespace: namespace)
        query.wantsBookmarks = bookmarks
        query.matches = { selection.matches($0) }
        if kind.served.conversion != nil { query.present = { $0.map(kind.present) } }
        return try store.watch(kind.collection, query)
    }

    private static func start(_ version: String, initialEventsEnd: Bool) throws(APIStatus) -> StoreWatch.Start {
        if initialEventsEnd || version.isEmpty || version == "0" { return .now(bookmarked: initialEventsEnd) }
        guard let revision = Int64(version), revision > 0 else { throw .invalidResourceVersion(version) }
        return .after(revision)
    }

    /// Refuses a subresource that the kind does not have.
    func check(_ subresource: String?, of kind: ServedKind) throws(APIStatus) {
        let exists =
            switch subresource {
            case nil: true
            case "status": kind.stored.hasStatus
            case "scale": kind.stored.scale != nil
            case "finalize": kind.stored.id == .namespaces
            default: false
            }
        guard exists else {
            throw Registry.noSuchResource
        }
    }
}

extension WatchEvent {
    /// The event with its object in another form.
    func map(_ form: (KubeObject) -> KubeObject) -> WatchEvent {
        switch self {
        case .added(let object): .added(form(object))
        case .modified(let object): .modified(form(object))
        case .deleted(let object): .deleted(form(object))
        case .bookmark: self
        }
    }
}

extension APIStatus {
    static func invalidResourceVersion(_ text: String) -> APIStatus {
        .badRequest(
            "invalid resource version: resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: "
                + "parsing \"\(text)\": invalid syntax"
        )
    }
}
