package import KubeClient
package import KubeModel

/// What a watch of one collection is to tell.
package struct StoreWatch: Sendable {
    /// Where a watch begins.
    package enum Start: Equatable, Sendable {
        /// With all present objects as `added`; `bookmarked` closes them with a bookmark.
        case now(bookmarked: Bool)
        /// With the first change after a revision.
        case after(Int64)
    }

    package var start: Start
    package var namespace: String?
    package var wantsBookmarks = false
    /// Which objects are seen; an object that comes to match is `added`, one that ceases to is `deleted`.
    package var matches: @Sendable (KubeObject) -> Bool = { _ in true }
    /// The form in which events go out: versions of a kind are views of one stored object.
    package var present: @Sendable (WatchEvent) -> WatchEvent = { $0 }

    package init(_ start: Start, namespace: String? = nil) {
        self.start = start
        self.namespace = namespace
    }
}
